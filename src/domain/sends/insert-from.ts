// INSERT ... SELECT by the names of columns. drizzle's own takes every column in the order of the table, and
// what it takes as raw SQL can't carry parameters in a batch.
import { getTableColumns, sql, type SQL } from "drizzle-orm";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";
import type { Ctx } from "../context.ts";

type Columns<Table extends SQLiteTable> = keyof Table["_"]["columns"];

/** Inserts a row for each row of `from` (an SQL FROM clause and what follows); columns left out get their default. */
export function insertFrom<Table extends SQLiteTable>(
  ctx: Ctx,
  table: Table,
  values: Partial<Record<Columns<Table>, SQL>>,
  from: SQL,
) {
  const given: Record<string, SQL | undefined> = values;
  const all = Object.entries(getTableColumns(table)).map(
    ([name, column]) => given[name] ?? sql`${column.default ?? null}`,
  );
  return ctx.db.insert(table).select(sql`SELECT ${sql.join(all, sql`, `)} ${from}`);
}
