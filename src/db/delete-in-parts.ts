// DELETE in parts. D1 runs one statement at a time, and every statement waits for those before it, so no statement
// may take long, however many rows there are to delete.
import { sql, type SQL } from "drizzle-orm";
import type { SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core";
import type { Db } from "./client.ts";

/** For a deletion that has to be complete: it goes on until nothing is left, and may be repeated. */
export const UNTIL_NOTHING_IS_LEFT = Infinity;

/** The rows of a table that are to be deleted. */
export interface Rows {
  /** Identifies a row: the primary key, or `rowid`. */
  key: SQLiteColumn | SQL;
  /** Where the keys are read, unless from the table alone: a FROM clause without the FROM. */
  from?: SQL;
  /** The condition that holds for the rows; undefined for all rows of `from`. */
  where?: SQL | undefined;
}

export interface Bounds {
  /** Most rows that one statement deletes. */
  rows: number;
  /** Most statements of one call; the next call deletes the rest. */
  statements: number;
}

/** The statement that deletes at most `most` of those rows of `table`. */
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
    // The number is larger where rows deleted by triggers and cascades are counted too.
    return meta.changes >= bounds.rows;
  });
}

/**
 * Calls `part` until it returns false, at most `most` times. `part` returns whether there may be more to do. For
 * deletions that take more than one statement in each part.
 */
export async function inParts(most: number, part: () => Promise<boolean>): Promise<void> {
  for (let done = 0; done < most; done += 1) {
    if (!(await part())) return;
  }
}
