// What became of each recipient, and who engaged, is kept for a while after a notification ended; its counters stay.
// Daily and bounded; may run twice at once.
import { sql, type SQL } from "drizzle-orm";
import { batchResults, engagements, notifications } from "../../db/schema/index.ts";
import { DAY_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";
import { deleteResults } from "./delete-results.ts";
import { RESULTS_A_NOTIFICATION } from "./results.ts";

/** How long results and engagements are kept once a notification ended, ms. */
export const RESULTS_MS = 90 * DAY_MS;
/** Notifications whose results go in one run: the next day takes the rest. */
const NOTIFICATIONS_AT_ONCE = 1000;
/** Statements a run for results and for engagements each: a million rows. */
const MOST_STATEMENTS = 200;

/** The condition on `notifications` that an engagement still counts: past that none could be told from a repetition. */
export function stillCounts(now: number): SQL {
  return sql`NOT (${endedBefore(now - RESULTS_MS)})`;
}

/** Erases what is past its time. */
export async function expireResults(ctx: Ctx): Promise<void> {
  const end = ctx.now() - RESULTS_MS;
  const { id: result } = batchResults;
  const { notificationId } = engagements;
  const found = await Promise.all([
    oldest(
      ctx,
      end,
      sql`min(${result}) / ${RESULTS_A_NOTIFICATION} FROM ${batchResults}`,
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
 * The first notifications that ended before `end`, or are gone, of those a table keeps something of. It hops from
 * one to the next, `first` of the table and then `first` of what lies `beyond`, and stops at one that was made
 * after `end`.
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
