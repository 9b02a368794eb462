// What a build has of the pictures of its app's icon: as it is made, and as it goes on.
import { sql, type SQL } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { apps, builds } from "../../db/schema/index.ts";
import { ICON_PICTURES } from "../apps/icon-pictures.ts";

/** The hashes of a build's pictures. */
export interface PictureHashes {
  iconSha256: string | null;
  foregroundSha256: string | null;
  monochromeSha256: string | null;
}

/** The columns of these hashes. */
export const HASHES = {
  iconSha256: builds.iconSha256,
  foregroundSha256: builds.foregroundSha256,
  monochromeSha256: builds.monochromeSha256,
};

/**
 * The columns of the app's pictures, read by the statement that inserts the row: a replaced picture is deleted unless a row
 * refers to it.
 */
export function picturesOfApp(appId: number) {
  const columns = ICON_PICTURES.flatMap((picture) =>
    ([`${picture}Key`, `${picture}MediaType`, `${picture}Sha256`] as const).map(
      (name) => [name, ofApp(appId, apps[name])] as const,
    ),
  );
  return Object.fromEntries(columns) as Record<(typeof columns)[number][0], SQL>;
}

/** A column of the app, read by a statement that writes another table. */
function ofApp(appId: number, column: SQLiteColumn): SQL {
  return sql`(SELECT ${column} FROM ${apps} WHERE ${apps.id} = ${appId})`;
}
