// Tells a channel's owner who subscribed and who left, by the deliveries of webhooks: a row is written together
// with the change it tells of, and its message goes into the queue after. Who left is told by a trigger
// (migrations/0001), since a subscription also ends with its last device, whoever deletes that.
import { eq, sql, type SQL } from "drizzle-orm";
import { insertFrom } from "../../db/insert-from.ts";
import { channels, webhookDeliveries, webhooks } from "../../db/schema/index.ts";
import { SECOND_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";
import { enqueueDeliveries } from "../webhooks/emit.ts";

/** What a delivery's log calls it. */
const EVENT = "channel.callback";
const SUBSCRIBED = "A client has subscribed to the channel.";

/**
 * The statement that begins a delivery for each row of `changes`, which has `channel_id` and `iuid` of who
 * subscribed, where the channel has a callback; it answers their ids.
 */
export function emitSubscribing(ctx: Ctx, changes: SQL) {
  const now = ctx.now();
  return insertFrom(
    ctx.db,
    webhookDeliveries,
    {
      // one for all rows, since a statement makes one row at most
      uuid: crypto.randomUUID(),
      webhookId: sql`${webhooks.id}`,
      event: EVENT,
      body: sql`json_object('type', 'subscription', 'message', ${SUBSCRIBED},
        'channelId', changed.channel_id, 'iuid', changed.iuid, 'date', ${Math.floor(now / SECOND_MS)})`,
      status: "pending",
      attempts: 0,
      nextAttemptAt: now,
      createdAt: now,
    },
    sql`FROM (${changes}) AS changed
      JOIN ${channels} ON ${channels.id} = changed.channel_id
      JOIN ${webhooks} ON ${webhooks.id} = ${channels.callbackId}
      WHERE ${webhooks.enabled} = 1`,
  ).returning({ id: webhookDeliveries.id });
}

/** The query for the delivery that tells of a subscription's end, if it has ended and is told. */
export function endTold(ctx: Ctx, subscriptionId: string) {
  const digits = [
    [0, 8],
    [8, 12],
    [12, 15],
    [15, 18],
    [18, 24],
  ].map(([from, to]) => subscriptionId.slice(from, to));
  const [a, b, c, d, e] = digits;
  return ctx.db
    .select({ id: webhookDeliveries.id })
    .from(webhookDeliveries)
    .where(eq(webhookDeliveries.uuid, `${a}-${b}-8${c}-8${d}-${e}000000`));
}

/** Hands begun deliveries to the queue, after the answer; one that gets lost is found by the minute's sweep. */
export function dispatch(ctx: Ctx, deliveries: readonly { id: number }[]): void {
  ctx.defer(enqueueDeliveries(ctx, deliveries));
}
