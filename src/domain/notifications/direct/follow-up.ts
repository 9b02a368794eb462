// Goes past what took the direct path, once and not before it is settled: what has ended is counted among the installation's
// sends (domain/health), for which its own request would have had to write a row more, and what still says `sending`, since
// whatever sent it was cut off, is handed to a run.
//
// What is under way when it comes is looked at again once it is settled, by a message of the queue of runs (start-runs.ts): it
// is not left to the next minute's, so that whatever was cut off has a run a minute later at most.
//
// It walks the ids of notifications behind a cursor. Hand-overs come first and can be repeated; then the counts and the move of
// the cursor are one transaction. So nothing is left out where it is cut off, and nothing counts twice where two run at once.
import { and, eq, gt, inArray, lte, sql } from "drizzle-orm";
import { inParts } from "../../../db/delete-in-parts.ts";
import { cursorOf, moveCursor } from "../../../db/cursors.ts";
import { nextSpan, SPAN } from "../../../db/next-span.ts";
import { notifications } from "../../../db/schema/index.ts";
import type { Ctx } from "../../context.ts";
import { observed, SEND_BOUNDS } from "../../health/histogram.ts";
import { addCounts, SLOW_PREFIX } from "../../health/meters.ts";
import { enqueueSettled, SCHEDULED } from "../start-runs.ts";
import { handOver } from "./hand-over.ts";
import { IS_UNDER_WAY, SETTLED_MS } from "./left-to-runs.ts";

/** Notifications that one call hands over: as many runs are started, some at a time. */
const HANDED_AT_ONCE = 400;
/** Most parts of one run, of 5,000 ids each: more than are made in a minute. The next run takes the rest. */
const MOST_PARTS = 20;

/** Counts what ended on the direct path, and hands to runs what did not. Runs each minute; may run twice at once. */
export async function followUpDirect(ctx: Ctx): Promise<void> {
  const isAhead = sql`created_at > ${ctx.now() - SETTLED_MS}`;
  await inParts(MOST_PARTS, async () => {
    const { after, upTo, isLast } = await nextSpan(ctx.db, "direct_follow_up", isAhead);
    if (upTo === after) return false;
    const open = await stillSending(ctx, after, upTo);
    await handOver(ctx, open.slice(0, HANDED_AT_ONCE));
    const first = open[HANDED_AT_ONCE];
    const end = first === undefined ? upTo : first - 1;
    await ctx.db.batch([countEnded(ctx, end), moveCursor(ctx.db, "direct_follow_up", end)]);
    return first !== undefined || !isLast;
  });
  await lookAgain(ctx);
}

/** Has those be looked at again that may still be under way, as far as a part goes. If the messages are lost, the next run finds them. */
async function lookAgain(ctx: Ctx): Promise<void> {
  const { id, createdAt } = notifications;
  const after = cursorOf("direct_follow_up");
  const young = await ctx.db
    .select({ ...SCHEDULED, createdAt })
    .from(notifications)
    .where(and(gt(id, after), lte(id, sql`${after} + ${SPAN}`), IS_UNDER_WAY))
    .orderBy(id)
    .limit(HANDED_AT_ONCE);
  await enqueueSettled(ctx, young);
}

/** The ids of those that have not ended; one more than are handed over. */
async function stillSending(ctx: Ctx, after: number, upTo: number): Promise<number[]> {
  const { id } = notifications;
  const rows = await ctx.db
    .select({ id })
    .from(notifications)
    .where(and(gt(id, after), lte(id, upTo), IS_UNDER_WAY))
    .orderBy(id)
    .limit(HANDED_AT_ONCE + 1);
  return rows.map((row) => row.id);
}

/**
 * The statement that counts those that have ended from the cursor, as it is when this runs, up to `upTo`: by the keys by
 * which a run counts its own (run/meter-send.ts).
 */
function countEnded(ctx: Ctx, upTo: number) {
  const { id, hasRun, status } = notifications;
  const isEnded = and(
    gt(id, cursorOf("direct_follow_up")),
    lte(id, upTo),
    eq(hasRun, false),
    inArray(status, ["sent", "failed", "cancelled"]),
  );
  const took = sql`(coalesce(ended.sent_at, ended.updated_at) - ended.started_at)`;
  return addCounts(
    ctx,
    "sends",
    sql`WITH ended AS MATERIALIZED (
      SELECT status, started_at, sent_at, updated_at, result_totals, metered FROM ${notifications} WHERE ${isEnded})
    SELECT provider.key || ':' || result.key AS key, result.value AS value
      FROM ended, json_each(ended.result_totals) AS provider, json_each(provider.value) AS result
    UNION ALL SELECT attempt.key, attempt.value FROM ended, json_each(ended.metered, '$.attempts') AS attempt
      WHERE attempt.key NOT LIKE ${`${SLOW_PREFIX}%`}
    UNION ALL SELECT 'end:' || ended.status, 1 FROM ended
    UNION ALL ${observed("end:", SEND_BOUNDS, took, sql`FROM ended`)}`,
  );
}
