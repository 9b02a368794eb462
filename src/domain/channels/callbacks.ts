// Tells a channel's owner who subscribed and who left, by the deliveries of webhooks: a row is written together
// with the change it tells of, and its message goes into the queue after.
import { sql, type SQL } from "drizzle-orm";
import { channels, webhookDeliveries, webhooks } from "../../db/schema/index.ts";
import { SECOND_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";

const MESSAGES = {
  subscription: "A client has subscribed to the channel.",
  // spelt as clients of the contract know it
  unsubcription: "A client has unsubscribed from the channel.",
} as const;

/** What a delivery's log calls it. */
const EVENT = "channel.callback";

/**
 * The statement that begins a delivery for each row of `changes`, which has `channel_id` and `iuid`, where the
 * channel has a callback; it answers their ids.
 */
export function tell(ctx: Ctx, type: keyof typeof MESSAGES, changes: SQL) {
  const now = ctx.now();
  return ctx.db
    .insert(webhookDeliveries)
    .select(
      // in the order of the table's columns; a statement makes one row at most
      sql`SELECT NULL, ${crypto.randomUUID()}, ${webhooks.id}, ${EVENT},
            json_object('type', ${type}, 'message', ${MESSAGES[type]}, 'channelId', changed.channel_id,
              'iuid', changed.iuid, 'date', ${Math.floor(now / SECOND_MS)}),
            'pending', 0, NULL, NULL, ${now}, ${now}
          FROM (${changes}) AS changed
          JOIN ${channels} ON ${channels.id} = changed.channel_id
          JOIN ${webhooks} ON ${webhooks.id} = ${channels.callbackId}
          WHERE ${webhooks.enabled} = 1`,
    )
    .returning({ id: webhookDeliveries.id });
}

/** Hands begun deliveries to the queue, after the answer; one that gets lost is found by the minute's sweep. */
export function dispatch(ctx: Ctx, deliveries: readonly { id: number }[]): void {
  for (const { id } of deliveries) ctx.defer(ctx.enqueueWebhook(id, 0));
}
