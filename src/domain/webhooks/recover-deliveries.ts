// Runs each minute. Has deliveries sent whose message was lost or never sent, from their account's lane, where many of one
// account delay no other's. Ends those that were interrupted in their last attempt or were held for too long, and deletes
// old ones.
import { and, eq, gte, inArray, isNotNull, isNull, lt, sql } from "drizzle-orm";
import { webhookDeliveries, webhooks } from "../../db/schema/index.ts";
import { DAY_MS, SECOND_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";
import { MAX_ATTEMPTS } from "./attempt-delivery.ts";
import { wakeLanes } from "./lane.ts";

/** How long a delivery stays in the log, ms. */
export const LOG_MS = 30 * DAY_MS;
/** How long a delivery is held until its webhook is enabled again, ms: longer than a weekend. */
export const HELD_MS = 3 * DAY_MS;
/** When a delivery is overdue by this, its message counts as lost, ms: longer than the delays of a busy queue. */
const OVERDUE_MS = 30 * SECOND_MS;
/** Overdue deliveries that one run moves into lanes, the oldest; the next minute's run takes the rest. */
const MOVED_AT_ONCE = 20_000;
/** Lanes that one run wakes, a call each. */
const LANES_AT_ONCE = 200;
/** Rows of each kind that one run deletes or ends: 720,000 a day. */
const ROWS_A_RUN = 500;

/** Moves overdue deliveries into the lanes of their accounts and wakes these, and ends or deletes what has been kept for too long. */
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
  const owner = sql`(SELECT ${webhooks.accountId} FROM ${webhooks} WHERE ${webhooks.id} = ${webhookDeliveries.webhookId})`;
  const lost = ctx.db
    .select({ id: webhookDeliveries.id })
    .from(webhookDeliveries)
    .where(and(isOverdue, isNull(webhookDeliveries.lane)))
    .orderBy(webhookDeliveries.nextAttemptAt)
    .limit(MOVED_AT_ONCE);
  const results = await ctx.db.batch([
    ctx.db
      .delete(webhookDeliveries)
      .where(
        and(inArray(webhookDeliveries.id, oldest), lt(webhookDeliveries.createdAt, now - LOG_MS)),
      ),
    ctx.db
      .update(webhookDeliveries)
      .set({
        status: "failed",
        error: "the last attempt was cut off",
        nextAttemptAt: null,
        lane: null,
      })
      .where(and(isOverdue, gte(webhookDeliveries.attempts, MAX_ATTEMPTS))),
    ctx.db
      .update(webhookDeliveries)
      .set({ status: "failed", error: "the webhook was disabled" })
      .where(inArray(webhookDeliveries.id, heldTooLong)),
    ctx.db
      .update(webhookDeliveries)
      .set({ status: "failed", error: "the webhook was deleted", nextAttemptAt: null, lane: null })
      .where(and(isOverdue, sql`${owner} IS NULL`)),
    ctx.db
      .update(webhookDeliveries)
      .set({ lane: owner })
      .where(inArray(webhookDeliveries.id, lost)),
    ctx.db
      .selectDistinct({ lane: webhookDeliveries.lane })
      .from(webhookDeliveries)
      .where(
        and(
          isNotNull(webhookDeliveries.lane),
          lt(webhookDeliveries.nextAttemptAt, now - OVERDUE_MS),
        ),
      )
      // If there are more, each gets its turn.
      .orderBy(sql`random()`)
      .limit(LANES_AT_ONCE),
  ]);
  // A lane that is at work only looks once more.
  await wakeLanes(ctx, results[5]);
}
