// Emits an event to an app's webhooks, and to its account's: a delivery for each webhook that wants the event, written in the transaction
// of the change, and then a queue message for each delivery that is in no lane.
import { sql, type SQL } from "drizzle-orm";
import { insertFrom } from "../../db/insert-from.ts";
import { apps, webhookDeliveries, webhooks } from "../../db/schema/index.ts";
import { wholeSeconds } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";
import { AccountEvent, type WebhookEvent } from "./events.ts";
import { dueOf } from "./hold.ts";
import { laneOf, moveToLanes, wakeLanes } from "./lane.ts";

/** Most deliveries that one call puts into the queue, ahead of those of other accounts; the rest go into lanes. */
const ENQUEUED_AT_ONCE = 20;

/** A new delivery, its account if that is in whose lane it waits, and when it is due, ms; null: it is held. */
export interface Begun {
  id: number;
  lane: number | null;
  nextAttemptAt: number | null;
}

/** The columns of Begun. */
export const BEGUN = {
  id: webhookDeliveries.id,
  lane: webhookDeliveries.lane,
  nextAttemptAt: webhookDeliveries.nextAttemptAt,
};

/**
 * Most deliveries that a webhook has: more than subscribers can come in a day on the plan Pro. A trigger keeps it
 * (migrations/0001): the oldest that ended make room, and while the hundred oldest wait no more are made.
 */
export const MAX_DELIVERIES = 250_000;

/** A random UUID (RFC 9562 version 4) made by the database, since one statement makes many rows. */
const NEW_UUID = sql`lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' ||
  substr(hex(randomblob(2)), 2) || '-' || substr('89ab', 1 + (random() & 3), 1) ||
  substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))`;

/** The columns of a new delivery to a row of `webhooks`, of whatever event. */
export function newDelivery(now: number) {
  return {
    status: "pending" as const,
    attempts: 0,
    nextAttemptAt: dueOf(now),
    createdAt: now,
    lane: laneOf(now),
  };
}

/**
 * The statement that makes a delivery of `event` for each enabled webhook of the app or its account that wants it, for each
 * row of `happened`, a query for `app_id` and `data` (JSON). It belongs into the batch of the change. Its result, the ids of the
 * deliveries, goes to `enqueueDeliveries`.
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
      body: sql`json_object('id', happened.id, 'type', ${event}, 'event', ${event},
        'timestamp', ${new Date(now).toISOString()}, 'created_at', ${wholeSeconds(now)},
        'data', json(happened.data), 'app_id', ${apps.uuid})`,
      ...newDelivery(now),
    },
    // MATERIALIZED, since the event has one id for all its webhooks.
    sql`FROM (WITH named AS MATERIALIZED (SELECT ${NEW_UUID} AS id, changed.* FROM (${happened}) AS changed)
        SELECT * FROM named) AS happened
      JOIN ${apps} ON ${apps.id} = happened.app_id
      JOIN ${webhooks} ON ${isListener(event)}
      WHERE ${webhooks.enabled} = 1 AND ${wantsEvent(event)}`,
  ).returning(BEGUN);
}

/** The condition on `webhooks` that holds for those of a row of `apps`, and for its account's where these get the event. */
function isListener(event: WebhookEvent): SQL {
  const isOfApp = sql`${webhooks.appId} = ${apps.id}`;
  // No account's webhook wants another event: to look for it would only cost each of them a second search.
  if (!AccountEvent.safeParse(event).success) return isOfApp;
  return sql`(${isOfApp} OR (${webhooks.appId} IS NULL AND ${webhooks.accountId} = ${apps.accountId}))`;
}

/** The condition on `webhooks` that holds for those that want `event`. */
export function wantsEvent(event: WebhookEvent): SQL {
  return sql`EXISTS (SELECT 1 FROM json_each(${webhooks.events}) AS wanted WHERE wanted.value = ${event})`;
}

/** Has new deliveries sent at once, by the queue or from their account's lane. If that fails, the cron finds them. */
export async function enqueueDeliveries(ctx: Ctx, deliveries: readonly Begun[]): Promise<void> {
  const due = deliveries.filter(({ nextAttemptAt }) => nextAttemptAt !== null);
  const ids = due.filter(({ lane }) => lane === null).map(({ id }) => id);
  const [first, rest] = [ids.slice(0, ENQUEUED_AT_ONCE), ids.slice(ENQUEUED_AT_ONCE)];
  try {
    if (first.length > 0) await ctx.enqueueWebhooks(first, 0);
    if (rest.length > 0) await moveToLanes(ctx, rest);
  } catch (error) {
    ctx.log.error("webhooks_not_enqueued", error);
  }
  await wakeLanes(ctx, due);
}
