// Counts the rows of a query, or only whether there are more than a list is counted up to.
import { sql, type SQL } from "drizzle-orm";
import { MAX_COUNTED } from "../kit/pagination.ts";

/** The expression for how many rows `query` has; of more than `most` one more than that, and no more are read. */
export function countedUpToMost(query: SQL, most = MAX_COUNTED): SQL<number> {
  return sql<number>`(SELECT count(*) FROM (SELECT 1 FROM (${query}) LIMIT ${sql.raw(String(most + 1))}))`;
}
