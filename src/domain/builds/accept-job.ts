// Turns an accepted lease into the job a builder needs, with the key it signs with.
import { and, eq, isNull, or } from "drizzle-orm";
import { builds, keystores } from "../../db/schema/index.ts";
import { HEARTBEAT_MS, LEASE_MS, type Job } from "../../protocol/builder.ts";
import { AppSnapshot } from "../../protocol/builder.ts";
import type { Ctx } from "../context.ts";
import { openSigningKey } from "../keystores/sealed-key.ts";
import type { LeaseRef, ReportResult } from "../ports/builds.ts";
import { startBuild } from "./transitions.ts";

/** The app whose lock has the lease; null when there is no such build. */
export async function appOfBuild(ctx: Ctx, buildId: number): Promise<number | null> {
  const [row] = await ctx.db
    .select({ appId: builds.appId })
    .from(builds)
    .where(eq(builds.id, buildId));
  return row?.appId ?? null;
}

/**
 * Accepts the offered lease: the build counts as building from here on. Answers the job, or what the lock had to say
 * instead.
 */
export async function acceptJob(
  ctx: Ctx,
  appId: number,
  lease: LeaseRef,
): Promise<{ kind: "job"; job: Job } | Exclude<ReportResult, { kind: "accepted" }>> {
  const accepted = await ctx.buildLock(appId).report(lease, { kind: "accept" });
  if (accepted.kind !== "accepted") return accepted;
  const [, [row]] = await Promise.all([
    startBuild(ctx, lease.buildId),
    ctx.db
      .select()
      .from(builds)
      .innerJoin(keystores, signsIt())
      .where(eq(builds.id, lease.buildId)),
  ]);
  if (!row) throw new Error(`build ${lease.buildId} has lost its keystore`);
  const { builds: build, keystores: keystore } = row;
  return {
    kind: "job",
    job: {
      build_id: build.id,
      attempt: accepted.attempt,
      lease_ms: LEASE_MS,
      heartbeat_ms: HEARTBEAT_MS,
      log_offset: accepted.logOffset,
      platform: build.platform,
      build_type: build.buildType,
      build_format: build.buildFormat,
      app: AppSnapshot.parse(build.snapshot),
      icon:
        build.iconMediaType !== null && build.iconSha256 !== null
          ? { media_type: build.iconMediaType, sha256: build.iconSha256 }
          : null,
      signing: await openSigningKey(ctx, keystore),
    },
  };
}

/** Which of the account's keystores signs a build: the one it names, else for a debug build the debug key. */
function signsIt() {
  const isDebugKey = and(
    isNull(builds.keystoreId),
    eq(builds.buildType, "debug"),
    eq(keystores.kind, "debug"),
  );
  return and(
    eq(keystores.accountId, builds.accountId),
    or(eq(keystores.id, builds.keystoreId), isDebugKey),
  );
}

/** The icon a build was triggered with, or null. */
export async function jobIcon(ctx: Ctx, buildId: number): Promise<R2ObjectBody | null> {
  const [row] = await ctx.db
    .select({ key: builds.iconKey })
    .from(builds)
    .where(eq(builds.id, buildId));
  return row?.key ? ctx.files.get(row.key) : null;
}
