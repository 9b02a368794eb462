// Turns an accepted lease into the job that its builder needs, with the signing key.
import { and, eq, isNull, or } from "drizzle-orm";
import { accounts, builds, keystores } from "../../db/schema/index.ts";
import {
  AppSnapshot,
  HEARTBEAT_MS,
  LEASE_MS,
  type IconPicture,
  type Job,
} from "../../protocol/builder.ts";
import { hmac } from "../../kit/crypto.ts";
import { shownPicture } from "../apps/icon-pictures.ts";
import { pushKeysById, type PushKeys } from "../apps/push-keys.ts";
import { WHY_CANCELLED } from "../accounts/suspension.ts";
import type { Ctx } from "../context.ts";
import { openSigningKey } from "../keystores/sealed-key.ts";
import type { LeaseRef, ReportResult } from "../ports/builds.ts";
import { startBuild } from "./transitions.ts";

/** Returns the id of the app whose lock holds the build's lease; null when there is no such build. */
export async function appOfBuild(ctx: Ctx, buildId: number): Promise<number | null> {
  const [row] = await ctx.db
    .select({ appId: builds.appId })
    .from(builds)
    .where(eq(builds.id, buildId));
  return row?.appId ?? null;
}

/**
 * Accepts the offered lease; from then on the build's status is `building`. Returns the job, or the lock's result if
 * it did not accept. The build of an account that was suspended a moment ago is cancelled instead.
 */
export async function acceptJob(
  ctx: Ctx,
  appId: number,
  lease: LeaseRef,
): Promise<{ kind: "job"; job: Job } | Exclude<ReportResult, { kind: "accepted" }>> {
  const accepted = await ctx.buildLock(appId).report(lease, { kind: "accept" });
  if (accepted.kind !== "accepted") return accepted;
  const [keys, , [row]] = await Promise.all([
    pushKeysById(ctx, appId),
    startBuild(ctx, lease.buildId, lease.builderId),
    ctx.db
      .select({ build: builds, keystore: keystores, suspendedAt: accounts.suspendedAt })
      .from(builds)
      .innerJoin(keystores, signsBuild())
      .innerJoin(accounts, eq(accounts.id, builds.accountId))
      .where(eq(builds.id, lease.buildId)),
  ]);
  if (!row) throw new Error(`build ${lease.buildId} has lost its keystore`);
  const { build, keystore, suspendedAt } = row;
  if (suspendedAt !== null) {
    await ctx.buildLock(appId).cancel(build.id, WHY_CANCELLED);
    return { kind: "over", reason: "cancelled" };
  }
  const app = AppSnapshot.parse(build.snapshot);
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
      // Both were decided together at the trigger; no other key must ever sign a debuggable app.
      debuggable: build.debuggable && keystore.kind === "debug",
      app,
      icon: shownPicture(build, "icon"),
      icon_foreground: shownPicture(build, "foreground"),
      icon_monochrome: shownPicture(build, "monochrome"),
      signing: await openSigningKey(ctx, keystore),
      // A code of the account, which no builder can turn into its id.
      share: await hmac(ctx.linkSigningKey, `share:${build.accountId}`),
      adi_token: build.adiToken,
      push: app.config.push?.enabled ? pushSource(ctx, build.apiOrigin, app, keys) : null,
    },
  };
}

/**
 * Returns where the app of a build registers for pushes, by the keys that it has now; null unless Web Push is set up for
 * it, which apps without Firebase are reached by.
 */
function pushSource(
  { linkedPackages }: Ctx,
  apiOrigin: string | null,
  app: AppSnapshot,
  keys: PushKeys | null,
): Job["push"] {
  const { uuid, publicKey, vapidPublicKey } = keys ?? {};
  if (!apiOrigin || !uuid || !publicKey || !vapidPublicKey) return null;
  return {
    api_origin: apiOrigin,
    app_id: uuid,
    public_key: publicKey,
    vapid_public_key: vapidPublicKey,
    ...(linkedPackages.has(app.package_name) ? { code_links: true } : {}),
  };
}

/**
 * The condition on `keystores` that holds for the one that signs a build: the keystore it names, or else the
 * account's debug keystore.
 */
function signsBuild() {
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

/** Returns a picture of the icon that a build was triggered with; null when there is none. */
export async function jobPicture(
  ctx: Ctx,
  buildId: number,
  picture: IconPicture,
): Promise<R2ObjectBody | null> {
  const [row] = await ctx.db
    .select({ key: builds[`${picture}Key`] })
    .from(builds)
    .where(eq(builds.id, buildId));
  return row?.key ? ctx.files.get(row.key) : null;
}
