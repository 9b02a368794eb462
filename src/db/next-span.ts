// The part of the ids of notifications that a walk goes past next. No index is kept for such a walk: ids are in the order in
// which notifications were made.
import { sql, type SQL } from "drizzle-orm";
import type { Db } from "./client.ts";
import { cursorOf, type CursorName } from "./cursors.ts";
import { notifications } from "./schema/index.ts";

/** Most ids of a part: its statements read each row of it, which takes D1 some 10 ms. */
export const SPAN = 5000;

export interface Span {
  /** The cursor. */
  after: number;
  /** The last id of the part; `after` where there is nothing to go past. */
  upTo: number;
  /** Whether nothing can follow at present. */
  isLast: boolean;
}

/** Returns the ids behind the walk's cursor, up to the first notification for which `isAhead` holds: it is left to later. */
export async function nextSpan(db: Db, name: CursorName, isAhead: SQL): Promise<Span> {
  const after = cursorOf(name);
  const [found] = await db
    .select({
      after,
      newest: sql<number>`coalesce((SELECT max(id) FROM ${notifications}), 0)`,
      ahead: sql<number | null>`(SELECT id FROM ${notifications}
        WHERE id > ${after} AND id <= ${after} + ${SPAN} AND ${isAhead} ORDER BY id LIMIT 1)`,
    })
    .from(sql`(SELECT 1)`);
  if (!found) throw new Error("a query of one row returned none");
  const end = found.ahead === null ? found.newest : found.ahead - 1;
  const upTo = Math.max(found.after, Math.min(end, found.after + SPAN));
  return { after: found.after, upTo, isLast: upTo === end || end < found.after };
}
