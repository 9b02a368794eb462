// What an app has released, a row for each package name. The row is written by the batch that completes a release, so it
// and the build's end can't differ, and stays when the build makes room for others. Debug builds and proofs are no
// releases.
import { and, desc, eq, inArray, isNull, lt, notInArray, sql, type SQL } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { insertFrom } from "../../db/insert-from.ts";
import { apps, builds, keystores, releases } from "../../db/schema/index.ts";
import type { Ctx } from "../context.ts";
import type { BuildOrder } from "../ports/builds.ts";
import { judgeRelease, type RefusedRelease } from "./signing-identity.ts";

/**
 * Most package names of an app of which the releases are known, the last used: more than anybody renames an app. Under
 * one that was forgotten the app starts anew.
 */
export const MAX_PACKAGES = 20;

/** The query for what the app has released, a row for each package name, the one that was released last first. */
export function selectReleases(
  ctx: Ctx,
  { accountId, appId }: Pick<BuildOrder, "accountId" | "appId">,
) {
  return ctx.db
    .select()
    .from(releases)
    .where(and(eq(releases.appId, appId), eq(releases.accountId, accountId)))
    .orderBy(newest());
}

/** The condition that holds for the build if it is a release and active. */
function isRelease(buildId: number) {
  return and(
    eq(builds.id, buildId),
    inArray(builds.status, ["pending", "building"]),
    eq(builds.buildType, "release"),
    isNull(builds.adiToken),
  );
}

const PACKAGE_NAME = sql`json_extract(${builds.snapshot}, '$.package_name')`;

/**
 * The statements that note the build as a release of its app, if it is one and active. In a batch they come before the
 * statement that completes it. The app's own version code follows unless the app has another package name by now, and the
 * keystores with that key are known to have signed a release.
 */
export function recordRelease(ctx: Ctx, buildId: number) {
  const ofBuild = (value: SQLiteColumn | SQL) =>
    sql`(SELECT ${value} FROM ${builds} WHERE ${isRelease(buildId)})`;
  const appId = ofBuild(builds.appId);
  const versionCode = ofBuild(builds.versionCode);
  const kept = ctx.db
    .select({ name: releases.packageName })
    .from(releases)
    .where(eq(releases.appId, appId))
    .orderBy(newest())
    .limit(MAX_PACKAGES);
  return [
    noteRelease(ctx, buildId),
    ctx.db
      .delete(releases)
      .where(and(eq(releases.appId, appId), notInArray(releases.packageName, kept))),
    ctx.db
      .update(apps)
      .set({ versionCode, updatedAt: ctx.now() })
      .where(
        and(
          eq(apps.id, appId),
          eq(apps.packageName, ofBuild(PACKAGE_NAME)),
          lt(apps.versionCode, versionCode),
        ),
      ),
    ctx.db
      .update(keystores)
      .set({ releasedAt: ctx.now() })
      .where(
        and(
          eq(keystores.accountId, ofBuild(builds.accountId)),
          eq(keystores.certificateSha256, ofBuild(builds.certificateSha256)),
        ),
      ),
  ] as const;
}

/** The statement that writes the row of the build's package name, if it is a release and active. */
function noteRelease(ctx: Ctx, buildId: number) {
  return insertFrom(
    ctx.db,
    releases,
    {
      accountId: sql`${builds.accountId}`,
      appId: sql`${builds.appId}`,
      packageName: PACKAGE_NAME,
      certificateSha256: sql`${builds.certificateSha256}`,
      versionCode: sql`${builds.versionCode}`,
      hasApk: sql`${builds.buildFormat} = 'apk'`,
      hasAab: sql`${builds.buildFormat} = 'aab'`,
      buildId: sql`${builds.id}`,
      keystoreId: sql`${builds.keystoreId}`,
    },
    sql`FROM ${builds} WHERE ${isRelease(buildId)}`,
  ).onConflictDoUpdate({
    target: [releases.appId, releases.packageName],
    set: {
      certificateSha256: sql`excluded.certificate_sha256`,
      versionCode: sql`max(${releases.versionCode}, excluded.version_code)`,
      hasApk: usedUp("has_apk"),
      hasAab: usedUp("has_aab"),
      buildId: sql`excluded.build_id`,
      keystoreId: sql`excluded.keystore_id`,
    },
  });
}

/**
 * Whether the highest code is used up in a format, after another release of the package: each format is released once with
 * one key. A lower code, released nonetheless, leaves the highest to the key that it was released with.
 */
function usedUp(column: "has_apk" | "has_aab") {
  const { versionCode, certificateSha256 } = releases;
  const known = sql`releases.${sql.identifier(column)}`;
  const added = sql`excluded.${sql.identifier(column)}`;
  const isSameKey = sql`${certificateSha256} = excluded.certificate_sha256`;
  return sql`CASE WHEN excluded.version_code > ${versionCode} THEN ${added}
    WHEN excluded.version_code = ${versionCode} THEN ${added} OR (${isSameKey} AND ${known})
    ELSE ${known} OR NOT (${isSameKey}) END`;
}

/** Builds of an app end in the order of their ids, since its lock holds one at a time. */
function newest() {
  return desc(releases.buildId);
}

/**
 * Returns the order as it is built: a release with the version code that it gets. Refuses one that would not be an update
 * of those before. Only the app's lock may ask, once it is taken, since another release could complete otherwise.
 */
export async function judgeOrder(
  ctx: Ctx,
  order: BuildOrder,
): Promise<{ ok: true; order: BuildOrder } | RefusedRelease> {
  if (order.release === null) return { ok: true, order };
  const judged = judgeRelease(await selectReleases(ctx, order), order.release);
  if (!judged.ok) return judged;
  const { versionCode } = judged;
  const snapshot = { ...order.snapshot, version_code: versionCode };
  return { ok: true, order: { ...order, versionCode, snapshot } };
}
