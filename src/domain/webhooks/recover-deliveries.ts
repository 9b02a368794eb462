// Runs each minute. Has deliveries sent whose message was lost or never sent, from their account's lane, where many of one
// account delay no other's. Deletes old ones, and looks after those that are held (hold.ts). What waits in lanes is not read,
// since that may be hundreds of thousands: each lane is asked for its first only.
import { and, eq, inArray, isNull, lt, sql, type SQL } from "drizzle-orm";
import { webhookDeliveries, webhooks } from "../../db/schema/index.ts";
import { DAY_MS, SECOND_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";
import type { WebhookDelivery } from "./list-deliveries.ts";
import { recoverHeld } from "./hold.ts";
import { wakeLanes } from "./lane.ts";

/** How long a delivery stays in the log, ms; one that is still pending then, after a replay, until it has ended. */
export const LOG_MS = 30 * DAY_MS;
/** When a delivery is overdue by this, its message counts as lost, ms: longer than the delays of a busy queue. */
const OVERDUE_MS = 30 * SECOND_MS;
/** Overdue deliveries that one run moves into lanes, the oldest; the next minute's run takes the rest. */
const MOVED_AT_ONCE = 20_000;
/** Lanes that one run wakes, a call each. */
const LANES_AT_ONCE = 200;
/** Rows of each kind that one run deletes or ends: 720,000 a day. */
const ROWS_A_RUN = 500;

/** Moves overdue deliveries into the lanes of their accounts and wakes these, and deletes what has been kept for too long. */
export async function recoverDeliveries(ctx: Ctx): Promise<void> {
  const now = ctx.now();
  // Without a lane and a due time, the index has those of a status in the order of their ids, oldest first.
  const oldest = (status: WebhookDelivery["status"]) =>
    ctx.db
      .select({ id: webhookDeliveries.id })
      .from(webhookDeliveries)
      .where(
        and(
          eq(webhookDeliveries.status, status),
          isNull(webhookDeliveries.lane),
          isNull(webhookDeliveries.nextAttemptAt),
        ),
      )
      .orderBy(webhookDeliveries.id)
      .limit(ROWS_A_RUN);
  const deleteOld = (status: WebhookDelivery["status"], which?: SQL) =>
    ctx.db
      .delete(webhookDeliveries)
      .where(
        and(
          inArray(webhookDeliveries.id, oldest(status)),
          lt(webhookDeliveries.createdAt, now - LOG_MS),
          which,
        ),
      );
  const owner = sql`(SELECT ${webhooks.accountId} FROM ${webhooks} WHERE ${webhooks.id} = ${webhookDeliveries.webhookId})`;
  const lost = ctx.db
    .select({ id: webhookDeliveries.id })
    .from(webhookDeliveries)
    .where(
      and(
        eq(webhookDeliveries.status, "pending"),
        isNull(webhookDeliveries.lane),
        lt(webhookDeliveries.nextAttemptAt, now - OVERDUE_MS),
      ),
    )
    .orderBy(webhookDeliveries.nextAttemptAt)
    .limit(MOVED_AT_ONCE);
  await ctx.db.batch([
    deleteOld("delivered"),
    deleteOld("failed"),
    // What a deleted webhook had held, if the deletion was cut off.
    deleteOld("pending", sql`${owner} IS NULL`),
    ctx.db
      .update(webhookDeliveries)
      .set({
        status: "failed",
        error: "the webhook was deleted",
        nextAttemptAt: null,
        endedAt: now,
      })
      .where(and(inArray(webhookDeliveries.id, lost), sql`${owner} IS NULL`)),
    ctx.db
      .update(webhookDeliveries)
      .set({ lane: owner })
      .where(inArray(webhookDeliveries.id, lost)),
  ]);
  // A lane that is at work only looks once more.
  await wakeLanes(ctx, await lateLanes(ctx));
  await recoverHeld(ctx);
}

/** Returns lanes in which something is overdue. It goes from lane to lane by the index. */
async function lateLanes(ctx: Ctx): Promise<{ lane: number }[]> {
  const { lane, nextAttemptAt } = webhookDeliveries;
  return ctx.db.all(sql`
    WITH RECURSIVE lanes (id) AS (
      SELECT min(${lane}) FROM ${webhookDeliveries} WHERE ${lane} IS NOT NULL
      UNION ALL
      SELECT (SELECT min(${lane}) FROM ${webhookDeliveries} WHERE ${lane} > lanes.id)
        FROM lanes WHERE lanes.id IS NOT NULL
    )
    SELECT id AS lane FROM lanes WHERE id IS NOT NULL
      AND (SELECT min(${nextAttemptAt}) FROM ${webhookDeliveries} WHERE ${lane} = lanes.id) < ${ctx.now() - OVERDUE_MS}
    -- If there are more, each gets its turn.
    ORDER BY random() LIMIT ${LANES_AT_ONCE}`);
}
