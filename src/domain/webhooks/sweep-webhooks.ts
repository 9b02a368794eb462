// Each minute: deliveries whose message was lost go into the queue again, those that died in their last attempt
// are ended, and the log loses what is old.
import { and, eq, gte, inArray, lt } from "drizzle-orm";
import { webhookDeliveries } from "../../db/schema/index.ts";
import { DAY_MS, SECOND_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";
import { MAX_ATTEMPTS } from "./deliver.ts";

/** How long a delivery stays in the log, ms. */
export const LOG_MS = 30 * DAY_MS;
/** A delivery this long overdue has lost its message, ms: a busy queue is later than an idle one. */
const OVERDUE_MS = 30 * SECOND_MS;
/** Messages sent by one sweep: bounds its calls, and spreads what piled up over minutes. */
const ENQUEUED_AT_ONCE = 100;
/** Oldest rows looked at in one sweep, or 720,000 a day. */
const SWEEP_ROWS = 500;

export async function sweepWebhooks(ctx: Ctx): Promise<void> {
  const now = ctx.now();
  const isOverdue = and(
    eq(webhookDeliveries.status, "pending"),
    lt(webhookDeliveries.nextAttemptAt, now - OVERDUE_MS),
  );
  const oldest = ctx.db
    .select({ id: webhookDeliveries.id })
    .from(webhookDeliveries)
    .orderBy(webhookDeliveries.id)
    .limit(SWEEP_ROWS);
  const [, , overdue] = await ctx.db.batch([
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
      .select({ id: webhookDeliveries.id })
      .from(webhookDeliveries)
      .where(isOverdue)
      .orderBy(webhookDeliveries.nextAttemptAt)
      .limit(ENQUEUED_AT_ONCE),
  ]);
  await Promise.all(overdue.map(({ id }) => ctx.enqueueWebhook(id, 0)));
}
