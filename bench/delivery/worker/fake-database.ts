// A database that answers every SELECT with all rows that the benchmark has of its table. Anything else is not there: a
// query of sending that is new throws, and is to be thought of here.
import { getTableName, type Table } from "drizzle-orm";
import type { Db } from "../../../src/db/client.ts";

/** Makes the database of `rows`, by the names of their tables. */
export function fakeDatabase(rows: Record<string, readonly object[]>): Db {
  const select = () => ({
    from: (table: Table) => {
      const found = rows[getTableName(table)];
      if (!found) throw new Error(`the benchmark has no rows of ${getTableName(table)}`);
      const query = { innerJoin: () => query, where: async () => found };
      return query;
    },
  });
  return { select } as unknown as Db;
}
