// DELETE in parts: D1 runs one statement at a time, and each waits for those before it, so that no statement may
// take long, however many rows there are to delete.
import { sql, type SQL } from "drizzle-orm";
import type { SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core";
import type { Db } from "./client.ts";

/** Parts of a deletion that has to be complete: it goes on until nothing is left, and may be repeated. */
export const UNTIL_NOTHING_IS_LEFT = Infinity;

/** Rows of one table. */
export interface Rows {
  /** What tells its rows apart: the primary key, or `rowid`. */
  key: SQLiteColumn | SQL;
  /** Where the keys are looked for, if not in the table alone: a FROM clause without the FROM. */
  from?: SQL;
  /** The condition that holds for the rows; undefined: all of `from`. */
  where?: SQL | undefined;
}

export interface Bounds {
  /** Most rows that one statement deletes. */
  rows: number;
  /** Most statements of one call; what is left is for the next. */
  statements: number;
}

/** The statement that deletes `most` of those rows of `table`, or all if they are fewer. */
export function deletePart<Table extends SQLiteTable>(
  db: Db,
  table: Table,
  { key, from = sql`${table}`, where }: Rows,
  most: number,
) {
  const condition = where ? sql` WHERE ${where}` : sql``;
  return db
    .delete(table)
    .where(sql`${key} IN (SELECT ${key} FROM ${from}${condition} LIMIT ${most})`);
}

/** Deletes those rows of `table`, one statement after the other, within `bounds`. */
export async function deleteInParts(
  db: Db,
  table: SQLiteTable,
  rows: Rows,
  bounds: Bounds,
): Promise<void> {
  await inParts(bounds.statements, async () => {
    const { meta } = await deletePart(db, table, rows, bounds.rows).run();
    // more than that where triggers and cascades are counted too
    return meta.changes >= bounds.rows;
  });
}

/**
 * Does `part`, which answers whether there may be more to do, until it answers no, `most` times at most. For
 * deletions that take more than one statement a part.
 */
export async function inParts(most: number, part: () => Promise<boolean>): Promise<void> {
  for (let done = 0; done < most; done += 1) {
    if (!(await part())) return;
  }
}
