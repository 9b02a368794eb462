// INSERT of one row on a condition that the statement itself checks, so that no other request comes in between.
// drizzle has none; its INSERT ... SELECT takes every column in the order of the table.
import { getTableColumns, sql, SQL } from "drizzle-orm";
import type { SQLiteTable, SQLiteInsertValue } from "drizzle-orm/sqlite-core";
import type { Db } from "./client.ts";

/** Inserts `row` where `condition` holds; otherwise nothing, and no row comes back. */
export function insertIf<Table extends SQLiteTable>(
  db: Db,
  table: Table,
  row: SQLiteInsertValue<Table>,
  condition: SQL,
) {
  const given: Record<string, unknown> = row;
  const values = Object.entries(getTableColumns(table)).map(([name, column]) => {
    const value = given[name] ?? column.default ?? null;
    return value instanceof SQL ? value : sql.param(value, column);
  });
  return db.insert(table).select(sql`SELECT ${sql.join(values, sql`, `)} WHERE ${condition}`);
}
