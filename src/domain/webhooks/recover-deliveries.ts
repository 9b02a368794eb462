// Runs each minute. Enqueues deliveries whose message was lost or never sent, ends those that were interrupted in
// their last attempt or were held for too long, and deletes old ones.
import { and, eq, gte, inArray, isNull, lt, sql } from "drizzle-orm";
import { webhookDeliveries, webhooks } from "../../db/schema/index.ts";
import { DAY_MS, SECOND_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";
import { MAX_ATTEMPTS } from "./attempt-delivery.ts";

/** How long a delivery stays in the log, ms. */
export const LOG_MS = 30 * DAY_MS;
/** How long a delivery is held until its webhook is enabled again, ms: longer than a weekend. */
export const HELD_MS = 3 * DAY_MS;
/** When a delivery is overdue by this, its message counts as lost, ms: longer than the delays of a busy queue. */
const OVERDUE_MS = 30 * SECOND_MS;
/**
 * Queue messages sent by one run, which takes 20 calls of the queue: many overdue deliveries are spread over minutes.
 */
const ENQUEUED_AT_ONCE = 2000;
/** Overdue deliveries that are read in order to share those messages out among accounts. */
const OVERDUE_ROWS = 50_000;
/** Rows of each kind that one run deletes or ends: 720,000 a day. */
const ROWS_A_RUN = 500;

/** Enqueues overdue deliveries, a share of each account's, and ends or deletes what has been kept for too long. */
export async function recoverDeliveries(ctx: Ctx): Promise<void> {
  const now = ctx.now();
  const isPending = eq(webhookDeliveries.status, "pending");
  const isOverdue = and(isPending, lt(webhookDeliveries.nextAttemptAt, now - OVERDUE_MS));
  const oldest = ctx.db
    .select({ id: webhookDeliveries.id })
    .from(webhookDeliveries)
    .orderBy(webhookDeliveries.id)
    .limit(ROWS_A_RUN);
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
    .limit(ROWS_A_RUN);
  // The first delivery of each account, then the second of each: an account with many delays no other.
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
      // Moved to the end of the order by due time, so that the next run begins with others.
      .set({ nextAttemptAt: now })
      .where(sql`${webhookDeliveries.id} IN (${shares})`)
      .returning({ id: webhookDeliveries.id }),
  ]);
  const ids = enqueued.map(({ id }) => id);
  if (ids.length > 0) await ctx.enqueueWebhooks(ids, 0);
}
