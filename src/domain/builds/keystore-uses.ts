// What an account's keystores sign: the apps, the newest build of each, and under which package names its key released.
import { and, eq, sql } from "drizzle-orm";
import { apps, builds, releases } from "../../db/schema/index.ts";
import { visibleApps, type App } from "../apps/find-app.ts";
import type { AccountCtx } from "../context.ts";
import type { KeystoreView } from "../keystores/find-keystore.ts";
import { visibleBuilds } from "./find-build.ts";

/** Most apps that are named of a page of keystores: more than anybody reads. */
const MAX_NAMED = 100;

export interface KeystoreUse {
  /** Those of its apps that are named. */
  apps: App[];
  /** The newest build that named it; null for none that is still there. */
  last: { buildId: number; appId: number; createdAt: number } | null;
  /** The package names that its key released, sorted. */
  packages: string[];
}

/** Returns what each of these keystores signs, in their order, in one round trip. */
export async function keystoreUses(
  ctx: AccountCtx,
  views: readonly KeystoreView[],
): Promise<KeystoreUse[]> {
  const { principal } = ctx;
  const among = (values: readonly unknown[]) =>
    sql`(SELECT value FROM json_each(${JSON.stringify(values)}))`;
  const ids = JSON.stringify(views.map(({ keystore }) => keystore.id));
  const certificates = among(views.map(({ keystore }) => keystore.certificateSha256));
  const [named, newest, released] = await ctx.db.batch([
    ctx.db
      .select()
      .from(apps)
      .where(
        and(
          visibleApps(principal),
          sql`${apps.id} IN ${among(views.flatMap((view) => view.appIds))}`,
        ),
      )
      .orderBy(apps.id)
      .limit(MAX_NAMED),
    ctx.db
      .select({
        keystoreId: builds.keystoreId,
        buildId: builds.id,
        appId: builds.appId,
        createdAt: builds.createdAt,
      })
      .from(builds)
      // Sought for each, so that of all that a keystore signed one is read.
      .where(
        sql`${builds.id} IN (SELECT (SELECT builds.id FROM ${builds} INDEXED BY builds_keystore
          WHERE builds.keystore_id = keystore.value AND ${visibleBuilds(principal)}
          ORDER BY builds.id DESC LIMIT 1) FROM json_each(${ids}) AS keystore)`,
      ),
    ctx.db
      .selectDistinct({ certificate: releases.certificateSha256, name: releases.packageName })
      .from(releases)
      .where(
        and(
          eq(releases.accountId, principal.accountId),
          sql`${releases.certificateSha256} IN ${certificates}`,
        ),
      )
      .orderBy(releases.packageName),
  ]);
  return views.map(({ keystore, appIds }) => {
    const last = newest.find(({ keystoreId }) => keystoreId === keystore.id);
    return {
      apps: named.filter(({ id }) => appIds.includes(id)),
      last: last ?? null,
      packages: released
        .filter(({ certificate }) => certificate === keystore.certificateSha256)
        .map(({ name }) => name),
    };
  });
}
