// How many builds an app may have. A trigger deletes what is beyond, with its files: first those that failed or were
// cancelled, then debug builds and proofs, and releases last, of each the oldest. The lock of the app's builds alone inserts any.
import { sql, type SQL } from "drizzle-orm";
import { builds, creditLedger } from "../../db/schema/index.ts";
import type { Ctx } from "../context.ts";
import { logKey } from "./build-logs.ts";

/** Most builds of an app, of up to 100 MB each: more than a year of one on every working day. */
export const MAX_BUILDS = 500;

/** What is left to delete of a build whose row is gone. */
export interface OldBuild {
  id: number;
  artifactKey: string | null;
  iconKey: string | null;
  foregroundKey: string | null;
  monochromeKey: string | null;
}

/**
 * The statements that make room for one more build of the app. The first returns the builds that the others delete, whose
 * files `deleteFiles` deletes once the batch has succeeded. A build whose credit was given back goes with both entries of
 * the ledger, which add up to nothing.
 */
export function makeRoom(ctx: Ctx, appId: number) {
  const old = oldest(appId);
  const { id, artifactKey, iconKey, foregroundKey, monochromeKey, reference } = builds;
  const refunded = sql`SELECT gone.reference FROM ${builds} AS gone JOIN ${creditLedger} AS refund
    ON refund.reference = 'refund:' || gone.reference WHERE gone.id IN (${old})`;
  return [
    ctx.db
      .select({ id, artifactKey, iconKey, foregroundKey, monochromeKey })
      .from(builds)
      .where(sql`${id} IN (${old})`),
    ctx.db.delete(creditLedger).where(
      sql`${creditLedger.reference} IN (SELECT entry.value || reference FROM (${refunded})
        CROSS JOIN json_each('["build:","refund:"]') AS entry)`,
    ),
    ctx.db
      .delete(builds)
      .where(sql`${id} IN (${old})`)
      .returning({ reference }),
  ] as const;
}

/** Deletes the files of builds whose rows are gone. What a fault leaves of them goes with the app. */
export async function deleteFiles(
  ctx: Ctx,
  appId: number,
  old: readonly OldBuild[],
): Promise<void> {
  if (old.length === 0) return;
  try {
    // The app's own pictures are among those of its builds, since the newest was triggered with them.
    const pictures = JSON.stringify(
      old.flatMap(({ iconKey, foregroundKey, monochromeKey }) => [
        iconKey,
        foregroundKey,
        monochromeKey,
      ]),
    );
    const unused = await ctx.db.all<{ value: string }>(
      sql`SELECT DISTINCT value FROM json_each(${pictures}) WHERE value IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM ${builds} WHERE app_id = ${appId}
          AND value IN (icon_key, foreground_key, monochrome_key))`,
    );
    await ctx.files.delete([
      ...old.flatMap(({ id, artifactKey }) => [
        logKey(appId, id),
        ...(artifactKey === null ? [] : [artifactKey]),
      ]),
      ...unused.map(({ value }) => value),
    ]);
  } catch (error) {
    ctx.log.error("files_not_deleted", error, { app: appId });
  }
}

/** The query for the ids of the builds that are one too many with the next. */
function oldest(appId: number): SQL {
  return sql`SELECT spare.id FROM ${builds} AS spare
    WHERE spare.app_id = ${appId} AND spare.status NOT IN ('pending', 'building')
    ORDER BY spare.status = 'completed', spare.build_type = 'release' AND spare.adi_token IS NULL, spare.id
    LIMIT (SELECT max(0, count(*) + 1 - ${MAX_BUILDS}) FROM ${builds} AS present WHERE present.app_id = ${appId})`;
}
