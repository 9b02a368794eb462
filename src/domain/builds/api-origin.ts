// The origin that an app's installed copies know the API by, which was built into them and stays, whatever PUBLIC_URL is now.
import { sql, type SQL } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { builds } from "../../db/schema/index.ts";

/**
 * The origin in the newest release of the app `appId` or, where there is none, in its newest build; NULL before any. Proof
 * builds don't count: nobody installs them. Reads the app's own builds at most (MAX_BUILDS).
 */
export function apiOriginOf(appId: SQLiteColumn): SQL<string | null> {
  const newest = (which: SQL) => sql`(SELECT build.api_origin FROM ${builds} AS build
    WHERE build.app_id = ${appId} AND build.status = 'completed' AND build.api_origin IS NOT NULL
      AND build.adi_token IS NULL AND ${which}
    ORDER BY build.id DESC LIMIT 1)`;
  return sql`coalesce(${newest(sql`build.build_type = 'release'`)}, ${newest(sql`1`)})`;
}
