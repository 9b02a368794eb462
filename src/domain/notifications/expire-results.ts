// Results and engagements of a notification are deleted some time after it ended; its counters stay. Runs daily and
// in bounded statements; may run twice at once.
import { sql, type SQL } from "drizzle-orm";
import { batchResults, engagements, notifications } from "../../db/schema/index.ts";
import { DAY_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";
import { deleteResults } from "./delete-results.ts";
import { RESULTS_A_NOTIFICATION } from "./results.ts";

/** How long results and engagements are kept after a notification ended, ms. */
export const RESULTS_MS = 90 * DAY_MS;
/** Notifications whose results one run deletes; the run of the next day takes the rest. */
const NOTIFICATIONS_AT_ONCE = 1000;
/** Statements of one run for results and for engagements each: a million rows. */
const MOST_STATEMENTS = 200;

/**
 * The condition on `notifications` that an engagement still counts. Later it could not be distinguished from a
 * repetition, since engagements are deleted then.
 */
export function stillCounts(now: number): SQL {
  return sql`NOT (${endedBefore(now - RESULTS_MS)})`;
}

/** Deletes results and engagements that are older than RESULTS_MS. */
export async function expireResults(ctx: Ctx): Promise<void> {
  const end = ctx.now() - RESULTS_MS;
  const { id: result } = batchResults;
  const { notificationId } = engagements;
  const found = await Promise.all([
    oldest(
      ctx,
      end,
      // Cast, since D1 binds every number as REAL, and the quotient would not be an id.
      sql`min(${result}) / CAST(${RESULTS_A_NOTIFICATION} AS INTEGER) FROM ${batchResults}`,
      sql`${result} >= (kept.id + 1) * ${RESULTS_A_NOTIFICATION}`,
    ),
    oldest(
      ctx,
      end,
      sql`min(${notificationId}) FROM ${engagements}`,
      sql`${notificationId} > kept.id`,
    ),
  ]);
  const ids = new Set(found.flat().map(({ id }) => id));
  await deleteResults(ctx, [...ids], MOST_STATEMENTS);
}

/**
 * The first notifications that a table has rows of, and that ended before `end`, ms, or were deleted. The query goes
 * from one notification in the table to the next: `first` is the first of all, and `first` with `beyond` the one
 * after it. It stops at a notification that was made after `end`.
 */
async function oldest(ctx: Ctx, end: number, first: SQL, beyond: SQL): Promise<{ id: number }[]> {
  return ctx.db.all(sql`
    WITH RECURSIVE kept (id) AS (
      SELECT ${first}
      UNION ALL
      SELECT (SELECT ${first} WHERE ${beyond}) FROM kept WHERE kept.id IS NOT NULL AND coalesce(
        (SELECT ${notifications.createdAt} FROM ${notifications} WHERE ${notifications.id} = kept.id), 0) < ${end}
    )
    SELECT kept.id FROM kept LEFT JOIN ${notifications} ON ${notifications.id} = kept.id
    WHERE kept.id IS NOT NULL AND (${notifications.id} IS NULL OR ${endedBefore(end)})
    LIMIT ${NOTIFICATIONS_AT_ONCE}`);
}

function endedBefore(at: number): SQL {
  return sql`${notifications.status} IN ('sent', 'failed', 'cancelled') AND ${notifications.updatedAt} < ${at}`;
}
