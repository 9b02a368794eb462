// Changes of a build's status in the database: each function changes the build's row conditionally, and the credit
// with it. The app's BuildLock decides when; all of them may be repeated after a crash.
import { and, eq, inArray, sql, type SQL } from "drizzle-orm";
import type { SQLiteColumn, SQLiteUpdateSetSource } from "drizzle-orm/sqlite-core";
import { insertFrom } from "../../db/insert-from.ts";
import { refusedWith } from "../../db/refused-with.ts";
import { accounts, builds, creditLedger, keystoreApps, keystores } from "../../db/schema/index.ts";
import { isForSuspension } from "../accounts/suspension.ts";
import type { Ctx } from "../context.ts";
import { enqueueDeliveries } from "../webhooks/emit.ts";
import { MAX_APPS_EVER } from "../keystores/keystore-apps.ts";
import { emitBuildEnd } from "./build-events.ts";
import { meterBuild } from "./meter-build.ts";
import { deleteFiles, makeRoom } from "./make-room.ts";
import { recordRelease } from "./releases.ts";
import type { Artifact, BuildOrder, BuildStatus, QueuedBuild } from "../ports/builds.ts";
import { HASHES, picturesOfApp, type PictureHashes } from "./build-pictures.ts";
import { hasFailedBefore, noteIconFailure, type IconFailure } from "./failed-icons.ts";

const ACTIVE = ["pending", "building"] as const;

/** How a build ended. */
export type BuildEnd =
  | { status: "completed"; artifact: Artifact }
  | { status: "failed"; code: string; message: string; /** If that is why. */ icon?: IconFailure }
  | { status: "cancelled" };

/** A pending build as it was inserted. */
interface Reserved extends PictureHashes {
  buildId: number;
  certificateSha256: string;
  certificateSha1: string;
  createdAt: number;
}

/**
 * Inserts a pending build, takes its credit and notes that its keystore is for the app, in one transaction. Returns
 * `account_suspended` when it is, `insufficient_credits` when the balance is too low, `keystore_deleted` when the keystore was
 * deleted meanwhile, and `keystore_full` when it has signed builds of as many apps as it may. Builds beyond the most that the
 * app may have are deleted. `reference` identifies the build before it has an id.
 */
export async function reserveBuild(
  ctx: Ctx,
  order: BuildOrder,
  reference: string,
): Promise<
  | ({ ok: true } & Reserved)
  | {
      ok: false;
      reason: "account_suspended" | "insufficient_credits" | "keystore_deleted" | "keystore_full";
    }
> {
  const createdAt = ctx.now();
  try {
    const [old, , , rows] = await ctx.db.batch([
      ...makeRoom(ctx, order.appId),
      ctx.db
        .insert(builds)
        .values(pendingRow(order, reference, createdAt))
        .returning({
          buildId: builds.id,
          ...HASHES,
          certificateSha256: builds.certificateSha256,
          certificateSha1: builds.certificateSha1,
          createdAt: builds.createdAt,
        }),
      insertFrom(
        ctx.db,
        creditLedger,
        {
          accountId: order.accountId,
          delta: -order.cost,
          reference: `build:${reference}`,
          createdAt,
        },
        sql`WHERE ${order.cost} > 0`,
      ),
      // From its first build on, the keystore is one of the app's.
      insertFrom(
        ctx.db,
        keystoreApps,
        // NULL ends the batch: what the keystore has signed must not be forgotten.
        { keystoreId: sql`iif(${isFew(order)}, ${keystores.id}, NULL)`, appId: order.appId },
        sql`FROM ${keystores} WHERE ${keystores.id} = ${order.keystoreId}`,
      ).onConflictDoNothing(),
    ]);
    const [row] = rows;
    if (!row) throw new Error("an inserted build returned no row");
    ctx.defer(deleteFiles(ctx, order.appId, old));
    return { ok: true, ...row };
  } catch (error) {
    if (isForSuspension(error)) return { ok: false, reason: "account_suspended" };
    if (refusedWith(error, "accounts_credits_not_negative"))
      return { ok: false, reason: "insufficient_credits" };
    if (refusedWith(error, "NOT NULL constraint failed: keystore_apps.keystore_id"))
      return { ok: false, reason: "keystore_full" };
    if (refusedWith(error, "NOT NULL constraint failed: builds.certificate_sha256"))
      return { ok: false, reason: "keystore_deleted" };
    throw error;
  }
}

/** The columns of a pending build. */
function pendingRow(order: BuildOrder, reference: string, createdAt: number) {
  const { appId } = order;
  return {
    reference,
    accountId: order.accountId,
    appId,
    status: "pending",
    platform: order.platform,
    buildType: order.buildType,
    buildFormat: order.buildFormat,
    versionName: order.versionName,
    versionCode: order.versionCode,
    snapshot: order.snapshot,
    ...picturesOfApp(appId),
    keystoreId: order.keystoreId,
    // NULL ends the batch: no build is without a key.
    certificateSha256: ofKeystore(order, keystores.certificateSha256),
    certificateSha1: ofKeystore(order, keystores.certificateSha1),
    debuggable: order.debuggable,
    adiToken: order.adiToken,
    apiOrigin: order.apiOrigin,
    cost: order.cost,
    createdAt,
  } as const;
}

/** A column of the keystore that signs the build, of its own account alone; NULL if that is deleted. */
function ofKeystore({ accountId, keystoreId }: BuildOrder, column: SQLiteColumn): SQL<string> {
  const isIt = keystoreId === null ? eq(keystores.kind, "debug") : eq(keystores.id, keystoreId);
  return sql`(SELECT ${column} FROM ${keystores}
    WHERE ${keystores.accountId} = ${accountId} AND ${isIt})`;
}

/** The condition that the order's keystore is for its app already, or for less than MAX_APPS_EVER. */
function isFew({ keystoreId, appId }: BuildOrder): SQL {
  const given = sql`SELECT 1 FROM ${keystoreApps} AS given WHERE given.keystore_id = ${keystoreId}`;
  return sql`EXISTS (${given} AND given.app_id = ${appId})
    OR (SELECT count(*) FROM (${given})) < ${MAX_APPS_EVER}`;
}

/** Returns the account's present balance. */
export async function balance(ctx: Ctx, accountId: number): Promise<number> {
  const [row] = await ctx.db
    .select({ credits: accounts.buildCredits })
    .from(accounts)
    .where(eq(accounts.id, accountId));
  return row?.credits ?? 0;
}

/** Returns the active build with this reference; null when there is none, or when it has ended. */
export async function activeBuild(
  ctx: Ctx,
  reference: string,
): Promise<(QueuedBuild & PictureHashes) | null> {
  const [row] = await ctx.db
    .select({
      buildId: builds.id,
      accountId: builds.accountId,
      appId: builds.appId,
      ...HASHES,
      platform: builds.platform,
      format: builds.buildFormat,
    })
    .from(builds)
    .where(and(eq(builds.reference, reference), inArray(builds.status, [...ACTIVE])));
  return row ?? null;
}

/** Returns the build's status; null when there is no such build. */
export async function statusOf(ctx: Ctx, buildId: number): Promise<BuildStatus | null> {
  const [row] = await ctx.db
    .select({ status: builds.status })
    .from(builds)
    .where(eq(builds.id, buildId));
  return row?.status ?? null;
}

/**
 * Whether a build of the same app was triggered later. Such a build must not complete any more: as a release it was judged
 * by what was released before the later one. That has a later time if this one's row was written late, by a call that had
 * counted as failed, and a higher id if the clock was set back between them.
 */
export async function isOvertaken(ctx: Ctx, buildId: number): Promise<boolean> {
  const { appId, createdAt } = builds;
  const [later] = await ctx.db.all<{ found: number }>(
    sql`SELECT 1 AS found FROM ${builds} AS later JOIN ${builds} ON later.app_id = ${appId}
      WHERE ${builds.id} = ${buildId} AND later.id <> ${buildId}
        AND (later.id > ${buildId} OR later.created_at >= ${createdAt}) LIMIT 1`,
  );
  return later !== undefined;
}

/** Changes the status from pending to building, by this builder. */
export async function startBuild(ctx: Ctx, buildId: number, builderId: number): Promise<void> {
  const startedAt = sql`coalesce(${builds.startedAt}, ${ctx.now()})`;
  await ctx.db
    .update(builds)
    .set({ status: "building", startedAt, builderId })
    .where(and(eq(builds.id, buildId), eq(builds.status, "pending")));
}

/** Changes the status from building to pending, so that the build waits for another builder. */
export async function requeueBuild(ctx: Ctx, buildId: number): Promise<void> {
  await ctx.db
    .update(builds)
    .set({ status: "pending" })
    .where(and(eq(builds.id, buildId), eq(builds.status, "building")));
}

/**
 * Changes the status from pending or building to that of `end`; returns whether this call did it. A release that completes
 * becomes the signing identity of its app by the same transaction. The credit of a
 * build that failed or was cancelled is refunded, once; not that of a build of which a picture failed in the account before.
 */
export async function finishBuild(ctx: Ctx, buildId: number, end: BuildEnd): Promise<boolean> {
  const now = ctx.now();
  const changes = [
    meterBuild(ctx, buildId, end),
    ctx.db
      .update(builds)
      .set({ status: end.status, completedAt: now, ...columns(end) })
      .where(and(eq(builds.id, buildId), inArray(builds.status, [...ACTIVE])))
      .returning({ id: builds.id, accountId: builds.accountId, appId: builds.appId }),
    insertFrom(
      ctx.db,
      creditLedger,
      {
        accountId: sql`${builds.accountId}`,
        delta: sql`${builds.cost}`,
        reference: sql`'refund:' || ${builds.reference}`,
        createdAt: now,
      },
      sql`FROM ${builds} WHERE ${builds.id} = ${buildId} AND ${builds.cost} > 0
        AND NOT ${builds.charged} AND ${inArray(builds.status, ["failed", "cancelled"])}`,
    ).onConflictDoNothing({ target: creditLedger.reference }),
  ] as const;
  if (end.status === "cancelled") {
    const [, finished] = await ctx.db.batch(changes);
    return finished.length > 0;
  }
  const { status } = end;
  const error = end.status === "failed" ? { code: end.code, message: end.message } : null;
  const emitted = emitBuildEnd(ctx, buildId, { status, error, at: now });
  let deliveries, finished;
  if (end.status === "completed") {
    const noted = recordRelease(ctx, buildId);
    [deliveries, , , , , , finished] = await ctx.db.batch([emitted, ...noted, ...changes]);
  } else if (end.icon) {
    const noted = noteIconFailure(ctx, buildId, end.icon);
    [deliveries, , , , finished] = await ctx.db.batch([emitted, ...noted, ...changes]);
  } else {
    [deliveries, , finished] = await ctx.db.batch([emitted, ...changes]);
  }
  ctx.defer(enqueueDeliveries(ctx, deliveries));
  const [ended] = finished;
  if (ended && end.status === "failed") {
    const { accountId: account, appId: app } = ended;
    ctx.log.warn("build_failed", { account, app, build: buildId, code: end.code });
  }
  return ended !== undefined;
}

function columns(end: BuildEnd): SQLiteUpdateSetSource<typeof builds> {
  switch (end.status) {
    case "completed": {
      const { key, size, sha256 } = end.artifact;
      return { artifactKey: key, artifactSize: size, artifactSha256: sha256 };
    }
    case "failed":
      return {
        errorCode: end.code,
        errorMessage: end.message,
        ...(end.icon ? { charged: hasFailedBefore(end.icon) } : {}),
      };
    case "cancelled":
      return {};
  }
}
