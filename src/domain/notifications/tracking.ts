// Receipts and clicks. Each counts once for a recipient: a row is inserted unless it exists. Only an insert
// changes the counters, by a trigger (migrations/0001), and emits an event, in the same transaction. It is also a sign of
// life of the recipient.
import { and, eq, lt, ne, sql } from "drizzle-orm";
import { z } from "zod";
import { insertFrom } from "../../db/insert-from.ts";
import { apps, engagements, notifications, subscribers } from "../../db/schema/index.ts";
import { parse } from "../../kit/parse.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import { wholeSeconds } from "../../kit/time.ts";
import { requireAppAccess } from "../apps/find-app.ts";
import type { AccountCtx, Ctx } from "../context.ts";
import { ALIVE_GRAIN_MS, signOfLife } from "../subscribers/alive.ts";
import { insertDeliveries, enqueueDeliveries } from "../webhooks/emit.ts";
import { clickTarget, isDismissed, PressedAction } from "./click-target.ts";
import { defaultsOf } from "./content.ts";
import type { NotificationContent } from "./content-fields.ts";
import { readLink, type LinkIds } from "./links.ts";
import { IS_SHOWN } from "./find-notification.ts";
import { stillCounts } from "./expire-results.ts";

/**
 * The body of a click that an owner's server reports; without a subscriber it counts a click of an unknown person, and
 * without an action one on the notification itself.
 */
export const Track = z.strictObject({
  subscriber_id: z.uuid().nullish().meta({
    description:
      "The subscriber that clicked, which is counted once. Without, or null, every call counts.",
    example: "0f8fad5b-d9cb-469f-a165-70867728950e",
  }),
  action: PressedAction.meta({
    description:
      "The name of the button that was pressed. Without, or null, it was the notification itself.",
    example: "open_url",
  }),
});

/** Returns what the holder of a link token may report. Refuses `not_found` for a forged token. */
export function findLink(ctx: Ctx, token: string): LinkIds {
  return readLink(ctx.linkSigningKey, token) ?? refuse({ code: "not_found", what: "notification" });
}

/** Counts the receipt or click of the holder of a link, once. Refuses `not_found` for a deleted notification. */
export async function trackLink(
  ctx: Ctx,
  { notificationId, subscriberId }: LinkIds,
  kind: "delivered" | "clicked",
): Promise<void> {
  await engage(ctx, notificationId, subscriberId, kind);
}

/**
 * Returns the URL to which a link's click on the button `action` leads, or on the notification itself (null): the
 * button's, the notification's own, or else what its app fills in; null when there is none. Refuses `not_found` for a
 * deleted notification.
 */
export async function linkTarget(
  ctx: Ctx,
  { notificationId, subscriberId }: LinkIds,
  action: string | null,
): Promise<string | null> {
  const [row] = await ctx.db
    .select({
      content: notifications.content,
      app: { url: apps.url, pushSettings: apps.pushSettings },
      language: subscribers.language,
      platform: subscribers.platform,
    })
    .from(notifications)
    .innerJoin(apps, eq(apps.id, notifications.appId))
    .leftJoin(subscribers, eq(subscribers.id, subscriberId))
    .where(eq(notifications.id, notificationId));
  if (!row) return refuse({ code: "not_found", what: "notification" });
  return clickTarget(row.content as NotificationContent, defaultsOf(row.app), row, action);
}

/** Refuses `not_found` if the notification of a link was deleted. */
export async function requireNotification(ctx: Ctx, { notificationId }: LinkIds): Promise<void> {
  const found = await ctx.db
    .select({ id: notifications.id })
    .from(notifications)
    .where(eq(notifications.id, notificationId));
  if (found.length === 0) refuse({ code: "not_found", what: "notification" });
}

/** Counts a click that an owner's server reports. Refuses `not_found`, `forbidden`, `invalid`. */
export async function trackClick(ctx: AccountCtx, uuid: string, input: unknown): Promise<void> {
  const [notification] = await ctx.db
    .select({ id: notifications.id, appId: notifications.appId })
    .from(notifications)
    .where(
      and(
        eq(notifications.uuid, uuid),
        eq(notifications.accountId, ctx.principal.accountId),
        IS_SHOWN,
      ),
    );
  if (!notification) return refuse({ code: "not_found", what: "notification" });
  requireAppAccess(ctx.principal, notification.appId);
  const { subscriber_id: named, action } = parse(Track, input);
  const subscriberId = named ? await subscriberOf(ctx, notification.appId, named) : anonymousId();
  if (isDismissed(action)) return;
  await engage(ctx, notification.id, subscriberId, "clicked");
}

/**
 * Counts an engagement, unless it was counted before, comes too late, or is one with a test to oneself. Refuses `not_found` when the notification was
 * deleted.
 */
export async function engage(
  ctx: Ctx,
  notificationId: number,
  subscriberId: number,
  kind: "delivered" | "clicked",
): Promise<void> {
  const now = ctx.now();
  const isNews = sql`${notifications.id} = ${notificationId} AND ${IS_SHOWN} AND ${stillCounts(now)}
    AND NOT EXISTS (SELECT 1 FROM ${engagements} WHERE ${engagements.notificationId} = ${notificationId}
      AND ${engagements.subscriberId} = ${subscriberId} AND ${engagements.kind} = ${kind})`;
  const [deliveries, found] = await ctx.db.batch([
    // Before the click is inserted, since webhooks are sent only the first click of a recipient.
    insertDeliveries(
      ctx,
      "notification.clicked",
      sql`SELECT ${notifications.appId} AS app_id, json_object(
            'notification_id', ${notifications.uuid},
            'subscriber_id', (SELECT ${subscribers.uuid} FROM ${subscribers} WHERE ${subscribers.id} = ${subscriberId}),
            'clicked_at', ${wholeSeconds(now)}) AS data
          FROM ${notifications} WHERE ${kind === "clicked"} AND ${isNews}`,
    ),
    ctx.db
      .select({ id: notifications.id })
      .from(notifications)
      .where(eq(notifications.id, notificationId)),
    insertFrom(
      ctx.db,
      engagements,
      { notificationId: sql`${notifications.id}`, subscriberId, kind, at: now },
      sql`FROM ${notifications} WHERE ${isNews}`,
    ),
    // Clicks of unknown people have been counted, and none is ever repeated: else there were as many rows as calls.
    ctx.db
      .delete(engagements)
      .where(
        and(
          eq(engagements.notificationId, notificationId),
          lt(engagements.subscriberId, 0),
          ne(engagements.subscriberId, subscriberId),
        ),
      ),
    ctx.db
      .update(subscribers)
      .set(signOfLife(now))
      .where(
        and(
          eq(subscribers.id, subscriberId),
          sql`${subscribers.appId} = (SELECT ${notifications.appId} FROM ${notifications}
            WHERE ${notifications.id} = ${notificationId})`,
          lt(subscribers.lastActiveAt, now - ALIVE_GRAIN_MS),
        ),
      ),
  ]);
  if (found.length === 0) refuse({ code: "not_found", what: "notification" });
  ctx.defer(enqueueDeliveries(ctx, deliveries));
}

async function subscriberOf(ctx: Ctx, appId: number, uuid: string): Promise<number> {
  const [subscriber] = await ctx.db
    .select({ id: subscribers.id })
    .from(subscribers)
    .where(and(eq(subscribers.uuid, uuid.toLowerCase()), eq(subscribers.appId, appId)));
  const message = "must be a subscriber of the notification's app";
  return subscriber?.id ?? refuse(invalidField(["subscriber_id"], message));
}

/** A random id that no subscriber has, so that each click of an unknown person counts. */
function anonymousId(): number {
  return -1 - Math.floor(Math.random() * Number.MAX_SAFE_INTEGER);
}
