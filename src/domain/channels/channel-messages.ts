// What a device can do with the subscriptions that it is bound to: mute them, read their messages, and leave them.
import { and, desc, eq, lt, sql } from "drizzle-orm";
import { deleteInParts } from "../../db/delete-in-parts.ts";
import { channelDevices, channelMessages, channelSubscriptions } from "../../db/schema/index.ts";
import { firstHexId } from "../../kit/hex-id.ts";
import { OffsetQuery } from "../../kit/pagination.ts";
import { parseAhead } from "../../kit/parse.ts";
import { refuse } from "../../kit/refusal.ts";
import { DAY_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";
import type { Subscriber } from "../subscribers/find-subscriber.ts";
import { enqueueLater, deliveriesOfEnds } from "./callbacks.ts";
import { OWN_SUBSCRIPTION, type OwnSubscription } from "./own-subscriptions.ts";

/** How long a message can be read, ms: a year. */
const KEPT_MS = 365 * DAY_MS;
/** Most messages of a subscription: three a day of the year. The oldest make room for new ones. */
export const MAX_MESSAGES = 1000;
/** Bounds of one deletion of old messages: 20,000 a minute, more than are sent. The next minute takes the rest. */
const BOUNDS = { rows: 1000, statements: 20 };

export type ChannelMessage = typeof channelMessages.$inferSelect;

/** Mutes or unmutes the subscription for all its devices, and returns it. Refuses `not_found`. */
export async function setMute(
  ctx: Ctx,
  subscriber: Subscriber,
  id: string,
  mute: boolean,
): Promise<OwnSubscription> {
  const [changed] = await ctx.db
    .update(channelSubscriptions)
    .set({ mute, updatedAt: ctx.now() })
    .where(and(eq(channelSubscriptions.id, id), isBound(subscriber, id)))
    .returning(OWN_SUBSCRIPTION);
  return changed ?? refuse({ code: "not_found", what: "subscription" });
}

/** Unbinds the device; the subscription ends when it has no other device. Refuses `not_found`. */
export async function leave(ctx: Ctx, subscriber: Subscriber, id: string): Promise<void> {
  const [gone, ended] = await ctx.db.batch([
    ctx.db
      .delete(channelDevices)
      .where(
        and(eq(channelDevices.subscriptionId, id), eq(channelDevices.subscriberId, subscriber.id)),
      )
      .returning({ id: channelDevices.subscriptionId }),
    deliveriesOfEnds(ctx, [id]),
  ]);
  if (gone.length === 0) refuse({ code: "not_found", what: "subscription" });
  enqueueLater(ctx, ended);
}

/** Returns the messages of the subscription, newest first. Refuses `not_found` before `invalid`. */
export async function listChannelMessages(
  ctx: Ctx,
  subscriber: Subscriber,
  id: string,
  query: unknown,
): Promise<ChannelMessage[]> {
  const wanted = parseAhead(OffsetQuery, query);
  const { limit, offset } = wanted.value ?? { limit: 0, offset: 0 };
  const [bound, rows] = await ctx.db.batch([
    ctx.db
      .select({ id: channelSubscriptions.id })
      .from(channelSubscriptions)
      .where(and(eq(channelSubscriptions.id, id), isBound(subscriber, id))),
    ctx.db
      .select()
      .from(channelMessages)
      .where(and(eq(channelMessages.subscriptionId, id), isBound(subscriber, id)))
      .orderBy(desc(channelMessages.id))
      .limit(limit)
      .offset(offset),
  ]);
  if (bound.length === 0) refuse({ code: "not_found", what: "subscription" });
  wanted.orRefuse();
  return rows;
}

/** Marks a message as read and returns it; the time of the first call stays. Refuses `not_found`. */
export async function markRead(
  ctx: Ctx,
  subscriber: Subscriber,
  id: string,
  notificationId: string,
): Promise<ChannelMessage> {
  const [read] = await ctx.db
    .update(channelMessages)
    .set({ readAt: sql`coalesce(${channelMessages.readAt}, ${ctx.now()})` })
    .where(
      and(
        eq(channelMessages.id, notificationId),
        eq(channelMessages.subscriptionId, id),
        isBound(subscriber, id),
      ),
    )
    .returning();
  return read ?? refuse({ code: "not_found", what: "notification" });
}

/** The statement that deletes the messages of the subscription but for the newest MAX_MESSAGES. */
export function deleteOldest(ctx: Ctx, subscriptionId: string) {
  const ofIt = eq(channelMessages.subscriptionId, subscriptionId);
  const newest = ctx.db
    .select({ id: channelMessages.id })
    .from(channelMessages)
    .where(ofIt)
    .orderBy(desc(channelMessages.id))
    .limit(1)
    .offset(MAX_MESSAGES - 1);
  return ctx.db.delete(channelMessages).where(and(ofIt, lt(channelMessages.id, newest)));
}

/** Deletes messages that are older than a year. */
export async function expireChannelMessages(ctx: Ctx): Promise<void> {
  const { id: key } = channelMessages;
  const where = lt(key, firstHexId(ctx.now() - KEPT_MS));
  await deleteInParts(ctx.db, channelMessages, { key, where }, BOUNDS);
}

/** The condition that the device is bound to the subscription. */
function isBound(subscriber: Subscriber, subscriptionId: string) {
  return sql`EXISTS (SELECT 1 FROM ${channelDevices}
    WHERE ${channelDevices.subscriptionId} = ${subscriptionId}
      AND ${channelDevices.subscriberId} = ${subscriber.id})`;
}
