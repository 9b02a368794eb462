// The newest of a list by status, for operators, who see those of all accounts: each page reads a few rows of each status by an
// index, however many there are.
import { sql, type SQL } from "drizzle-orm";
import { z } from "zod";
import { chunks } from "../../kit/chunks.ts";

/** Rows of a page. */
export const LISTED = 20;

/** An id in a page's address; what is none is left out: an address is no form. */
export const GivenId = z.coerce
  .number()
  .int()
  .positive()
  .max(Number.MAX_SAFE_INTEGER)
  .optional()
  .catch(undefined);

/** Most terms of a UNION that D1 takes. */
const MOST_TERMS = 5;
const UNION = sql` UNION ALL `;

/**
 * The query for the newest ids of several lists, at most `limit`, of which `before` names the first that is too new. Each
 * list is a query for ids up to its last condition, by an index that has them in order.
 */
export function newestOf(
  lists: readonly SQL[],
  { before, limit }: { before: number | undefined; limit: number },
): SQL {
  const older = before === undefined ? sql`` : sql`AND id < ${before}`;
  const most = sql.raw(String(limit));
  const each = lists.map(
    (list) => sql`SELECT id FROM (${list} ${older} ORDER BY id DESC LIMIT ${most})`,
  );
  const united = chunks(each, MOST_TERMS).map(
    (some) => sql`SELECT id FROM (${sql.join(some, UNION)})`,
  );
  return sql`SELECT id FROM (${sql.join(united, UNION)}) ORDER BY id DESC LIMIT ${most}`;
}

/** A page of the rows found, of which one more was asked for than is shown. */
export function pageOf<Row extends { id: number }>(
  found: readonly Row[],
): { rows: Row[]; next: number | null } {
  const rows = found.slice(0, LISTED);
  return { rows, next: found.length > LISTED ? (rows.at(-1)?.id ?? null) : null };
}
