// Tells an app's webhooks of an event: one row for each that wants it, and one message in the queue for each row.
// Callers defer it: what happened has happened, whoever listens.
import { sql, type SQL } from "drizzle-orm";
import { apps, webhookDeliveries, webhooks } from "../../db/schema/index.ts";
import type { Ctx } from "../context.ts";
import { eventBody, type WebhookEvent } from "./events.ts";

/**
 * Most events told in one call: as many as rows are imported at once. Their bodies go into one parameter,
 * which D1 bounds at 2 MB.
 */
export const MAX_EVENTS = 1000;
/** Messages put into the queue by one call; the minute's sweep (sweep-webhooks.ts) takes care of the rest. */
const ENQUEUED_AT_ONCE = 40;

/** A random UUID (RFC 9562 version 4) of the database's own, since one statement makes many rows. */
const NEW_UUID = sql`lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' ||
  substr(hex(randomblob(2)), 2) || '-' || substr('89ab', 1 + (random() & 3), 1) ||
  substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))`;

/** Tells the app's enabled webhooks that want it of `event`. */
export function emit(ctx: Ctx, appId: number, event: WebhookEvent, data: object): Promise<void> {
  return emitEach(ctx, appId, event, [data]);
}

/** As `emit`, for up to MAX_EVENTS events of one kind. */
export async function emitEach(
  ctx: Ctx,
  appId: number,
  event: WebhookEvent,
  items: readonly object[],
): Promise<void> {
  if (items.length === 0) return;
  if (items.length > MAX_EVENTS) throw new RangeError(`more than ${MAX_EVENTS} events`);
  const now = ctx.now();
  const bodies = JSON.stringify(items.map((data) => eventBody(event, data, now)));
  const deliveries = await ctx.db
    .insert(webhookDeliveries)
    .select(
      // in the order of the table's columns
      sql`SELECT NULL, ${NEW_UUID}, ${webhooks.id}, ${event},
            json_set(bodies.value, '$.app_id', ${apps.uuid}), 'pending', 0, NULL, NULL, ${now}, ${now}
          FROM ${webhooks} JOIN ${apps} ON ${apps.id} = ${webhooks.appId}, json_each(${bodies}) AS bodies
          WHERE ${webhooks.appId} = ${appId} AND ${webhooks.enabled} = 1 AND ${wantsEvent(event)}`,
    )
    .returning({ id: webhookDeliveries.id });
  await enqueueDeliveries(ctx, deliveries);
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
  const first = deliveries.slice(0, ENQUEUED_AT_ONCE);
  try {
    await Promise.all(first.map(async ({ id }) => ctx.enqueueWebhook(id, 0)));
  } catch (error) {
    ctx.log.error("webhooks_not_enqueued", error);
  }
}
