// Notifies a channel's owner of people who subscribe and leave, by webhook deliveries: the delivery's row is written
// in the transaction of the change, and its queue message is sent afterwards. A trigger writes the row when a person
// leaves (migrations/0001), since a subscription also ends when its last device is deleted for any other reason.
import { sql, type SQL } from "drizzle-orm";
import { insertFrom } from "../../db/insert-from.ts";
import { channels, webhookDeliveries, webhooks } from "../../db/schema/index.ts";
import { SECOND_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";
import { BEGUN, enqueueDeliveries, newDelivery, type Begun } from "../webhooks/emit.ts";

/** The event's name in the delivery log. */
const EVENT = "channel.callback";
const SUBSCRIBED = "A client has subscribed to the channel.";

/**
 * The statement that makes a delivery for each row of `changes`, which has the `channel_id` and `iuid` of each new
 * subscription, if the channel has a callback. It returns the ids of the deliveries.
 */
export function emitSubscribing(ctx: Ctx, changes: SQL) {
  const now = ctx.now();
  return insertFrom(
    ctx.db,
    webhookDeliveries,
    {
      // One UUID for all rows, since the statement makes at most one row.
      uuid: crypto.randomUUID(),
      webhookId: sql`${webhooks.id}`,
      event: EVENT,
      body: sql`json_object('type', 'subscription', 'message', ${SUBSCRIBED},
        'channelId', changed.channel_id, 'iuid', changed.iuid, 'date', ${Math.floor(now / SECOND_MS)})`,
      ...newDelivery(now),
    },
    sql`FROM (${changes}) AS changed
      JOIN ${channels} ON ${channels.id} = changed.channel_id
      JOIN ${webhooks} ON ${webhooks.id} = ${channels.callbackId}
      WHERE ${webhooks.enabled} = 1`,
  ).returning(BEGUN);
}

/**
 * The query for the deliveries about the ends of subscriptions; it finds none for a subscription that has not ended, or whose
 * channel has no callback.
 */
export function deliveriesOfEnds(ctx: Ctx, subscriptionIds: readonly string[]) {
  const uuids = subscriptionIds.map((id) => {
    const [a, b, c, d, e] = DIGITS.map(([from, to]) => id.slice(from, to));
    return `${a}-${b}-8${c}-8${d}-${e}000000`;
  });
  return ctx.db
    .select(BEGUN)
    .from(webhookDeliveries)
    .where(
      sql`${webhookDeliveries.uuid} IN (SELECT value FROM json_each(${JSON.stringify(uuids)}))`,
    );
}

/** The parts of a subscription's id in the UUID of the delivery about its end. */
const DIGITS = [
  [0, 8],
  [8, 12],
  [12, 15],
  [15, 18],
  [18, 24],
] as const;

/** Enqueues new deliveries once the answer is sent. If that fails, the cron finds the delivery within a minute. */
export function enqueueLater(ctx: Ctx, deliveries: readonly Begun[]): void {
  ctx.defer(enqueueDeliveries(ctx, deliveries));
}
