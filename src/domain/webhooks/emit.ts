// Tells an app's webhooks of an event: one row for each that wants it, written together with the change it tells
// of, and then one message in the queue for each row.
import { sql, type SQL } from "drizzle-orm";
import { insertFrom } from "../../db/insert-from.ts";
import { apps, webhookDeliveries, webhooks } from "../../db/schema/index.ts";
import { wholeSeconds } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";
import type { WebhookEvent } from "./events.ts";

/** Messages put into the queue by one call, 50 calls' worth; the minute's sweep takes care of the rest. */
const ENQUEUED_AT_ONCE = 5000;

/** A random UUID (RFC 9562 version 4) of the database's own, since one statement makes many rows. */
const NEW_UUID = sql`lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' ||
  substr(hex(randomblob(2)), 2) || '-' || substr('89ab', 1 + (random() & 3), 1) ||
  substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))`;

/**
 * The statement that begins a delivery of `event` to each enabled webhook that wants it, for each row of
 * `happened`, a query for `app_id` and `data` (JSON). It belongs into the batch of the change itself; what it
 * answers is for `enqueueDeliveries`.
 */
export function insertDeliveries(ctx: Ctx, event: WebhookEvent, happened: SQL) {
  const now = ctx.now();
  return insertFrom(
    ctx.db,
    webhookDeliveries,
    {
      uuid: NEW_UUID,
      webhookId: sql`${webhooks.id}`,
      event,
      body: sql`json_object('id', happened.id, 'event', ${event}, 'created_at', ${wholeSeconds(now)},
        'data', json(happened.data), 'app_id', ${apps.uuid})`,
      status: "pending",
      attempts: 0,
      nextAttemptAt: now,
      createdAt: now,
    },
    // materialized, since an event has one id for all its webhooks
    sql`FROM (WITH named AS MATERIALIZED (SELECT ${NEW_UUID} AS id, told.* FROM (${happened}) AS told)
        SELECT * FROM named) AS happened
      JOIN ${apps} ON ${apps.id} = happened.app_id
      JOIN ${webhooks} ON ${webhooks.appId} = ${apps.id}
      WHERE ${webhooks.enabled} = 1 AND ${wantsEvent(event)}`,
  ).returning({ id: webhookDeliveries.id });
}

/** The condition on `webhooks` that holds for those that want `event`. */
export function wantsEvent(event: WebhookEvent): SQL {
  return sql`EXISTS (SELECT 1 FROM json_each(${webhooks.events}) AS wanted WHERE wanted.value = ${event})`;
}

/** Has new deliveries sent at once. A message that can't be put is not missed: the sweep finds its row. */
export async function enqueueDeliveries(
  ctx: Ctx,
  deliveries: readonly { id: number }[],
): Promise<void> {
  if (deliveries.length === 0) return;
  const ids = deliveries.slice(0, ENQUEUED_AT_ONCE).map(({ id }) => id);
  try {
    await ctx.enqueueWebhooks(ids, 0);
  } catch (error) {
    ctx.log.error("webhooks_not_enqueued", error);
  }
}
