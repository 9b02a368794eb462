// INSERT ... SELECT, with its columns by name, and what its ON CONFLICT takes over: one statement decides what is written,
// so that no other request can come in between. drizzle's own form takes all columns, in the order of the table.
import { getTableColumns, SQL, sql } from "drizzle-orm";
import type { SQLiteInsertValue, SQLiteTable } from "drizzle-orm/sqlite-core";
import type { Db } from "./client.ts";

/**
 * The statement that inserts a row for each row of `from`. `columns` has a value or an expression for each column of
 * `table`, by its name in the schema; columns left out get their default, or NULL. `from` is whatever follows the
 * SELECT's columns: a FROM clause, or a WHERE alone for one row or none. If ON CONFLICT follows, `from` has to end in
 * a WHERE, even if that is `WHERE true`: otherwise SQLite would take ON for part of a join.
 */
export function insertFrom<Table extends SQLiteTable>(
  db: Db,
  table: Table,
  columns: SQLiteInsertValue<Table>,
  from: SQL,
) {
  const given: Record<string, unknown> = columns;
  const values = Object.entries(getTableColumns(table)).map(([name, column]) => {
    const value = given[name] === undefined ? column.default : given[name];
    if (value === undefined || value === null) return sql`NULL`;
    return value instanceof SQL ? value : sql.param(value, column);
  });
  return db.insert(table).select(sql`SELECT ${sql.join(values, sql`, `)} ${from}`);
}

/** For ON CONFLICT DO UPDATE: has each of these columns take the value that the refused row had. */
export function excluded<
  Table extends SQLiteTable,
  Name extends keyof Table["_"]["columns"] & string,
>(table: Table, names: readonly Name[]): Record<Name, SQL> {
  const wanted: readonly string[] = names;
  const values = Object.entries(getTableColumns(table))
    .filter(([name]) => wanted.includes(name))
    .map(([name, column]) => [name, sql`excluded.${sql.identifier(column.name)}`]);
  return Object.fromEntries(values) as Record<Name, SQL>;
}
