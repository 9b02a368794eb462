// Each minute: deliveries whose message was lost or never put go into the queue, those that died in their last
// attempt or waited too long for a disabled webhook are ended, and the log loses what is old.
import { and, eq, gte, inArray, isNull, lt, sql } from "drizzle-orm";
import { webhookDeliveries, webhooks } from "../../db/schema/index.ts";
import { DAY_MS, SECOND_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";
import { MAX_ATTEMPTS } from "./attempt-delivery.ts";

/** How long a delivery stays in the log, ms. */
export const LOG_MS = 30 * DAY_MS;
/** How long a delivery waits for its webhook to be enabled again, ms: over a weekend. */
export const HELD_MS = 3 * DAY_MS;
/** A delivery this long overdue has lost its message, ms: a busy queue is later than an idle one. */
const OVERDUE_MS = 30 * SECOND_MS;
/** Messages sent by one sweep, 20 calls' worth: spreads what piled up over minutes. */
const ENQUEUED_AT_ONCE = 2000;
/** Overdue deliveries that are looked at to share those messages out among accounts. */
const OVERDUE_ROWS = 50_000;
/** Oldest rows looked at in one sweep, or 720,000 a day; also most deliveries ended in one. */
const SWEEP_ROWS = 500;

export async function recoverDeliveries(ctx: Ctx): Promise<void> {
  const now = ctx.now();
  const isPending = eq(webhookDeliveries.status, "pending");
  const isOverdue = and(isPending, lt(webhookDeliveries.nextAttemptAt, now - OVERDUE_MS));
  const oldest = ctx.db
    .select({ id: webhookDeliveries.id })
    .from(webhookDeliveries)
    .orderBy(webhookDeliveries.id)
    .limit(SWEEP_ROWS);
  const heldTooLong = ctx.db
    .select({ id: webhookDeliveries.id })
    .from(webhookDeliveries)
    .where(
      and(
        isPending,
        isNull(webhookDeliveries.nextAttemptAt),
        lt(webhookDeliveries.createdAt, now - HELD_MS),
      ),
    )
    .limit(SWEEP_ROWS);
  // each account's first, then each one's second: nobody's pile keeps the others waiting
  const shares = sql`SELECT id FROM (
      SELECT overdue.id, row_number() OVER (
          PARTITION BY ${webhooks.accountId} ORDER BY overdue.next_attempt_at) AS place
        FROM (SELECT * FROM ${webhookDeliveries} WHERE ${isOverdue}
          ORDER BY ${webhookDeliveries.nextAttemptAt} LIMIT ${OVERDUE_ROWS}) AS overdue
        LEFT JOIN ${webhooks} ON ${webhooks.id} = overdue.webhook_id)
    ORDER BY place LIMIT ${ENQUEUED_AT_ONCE}`;
  const [, , , enqueued] = await ctx.db.batch([
    ctx.db
      .delete(webhookDeliveries)
      .where(
        and(inArray(webhookDeliveries.id, oldest), lt(webhookDeliveries.createdAt, now - LOG_MS)),
      ),
    ctx.db
      .update(webhookDeliveries)
      .set({ status: "failed", error: "the last attempt was cut off", nextAttemptAt: null })
      .where(and(isOverdue, gte(webhookDeliveries.attempts, MAX_ATTEMPTS))),
    ctx.db
      .update(webhookDeliveries)
      .set({ status: "failed", error: "the webhook was disabled" })
      .where(inArray(webhookDeliveries.id, heldTooLong)),
    ctx.db
      .update(webhookDeliveries)
      // to the end of the line: the next sweep begins with others
      .set({ nextAttemptAt: now })
      .where(sql`${webhookDeliveries.id} IN (${shares})`)
      .returning({ id: webhookDeliveries.id }),
  ]);
  const ids = enqueued.map(({ id }) => id);
  if (ids.length > 0) await ctx.enqueueWebhooks(ids, 0);
}
