// The messages of subscriptions, and what a device can do with those that it is bound to: mute them, read their messages, and
// leave them.
import { and, desc, eq, inArray, lte, sql, type SQL } from "drizzle-orm";
import { deletePart, inParts } from "../../db/delete-in-parts.ts";
import { channelDevices, channelMessages, channelSubscriptions } from "../../db/schema/index.ts";
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
/**
 * How many of the newest messages are looked at for the last place when one is kept: as many as may come to a person at once, and so
 * in another order than that of their ids.
 */
const NEWEST = 16;
/** Most messages that make room for one: two where another one found none to spare. */
const OLDEST = 4;
/** Old messages deleted by one statement: keeps it short. */
const ROWS_AT_ONCE = 1000;
/** Most parts of one run: 20,000 messages a minute, more than are sent. The next minute takes the rest. */
const MOST_PARTS = 20;

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

/** The expression for the place of the last message of the subscription; 0 where it has none. */
function lastPlace(subscriptionId: string): SQL<number> {
  return sql<number>`(SELECT coalesce(max(place), 0) FROM (SELECT place FROM ${channelMessages}
    WHERE subscription_id = ${subscriptionId} ORDER BY id DESC LIMIT ${NEWEST}))`;
}

/** The statement that keeps a message of the subscription, and returns it. */
export function insertMessage(
  ctx: Ctx,
  { id, subscriptionId, content }: Pick<ChannelMessage, "id" | "subscriptionId" | "content">,
) {
  const place = sql`${lastPlace(subscriptionId)} + 1`;
  return ctx.db
    .insert(channelMessages)
    .values({ id, subscriptionId, content, createdAt: ctx.now(), place })
    .returning();
}

/**
 * The statement that deletes the oldest messages of the subscription but for the newest MAX_MESSAGES: a few at most, as it runs
 * with each that is kept. It reads these and a few of the newest, however many there are: they go in the order in which they came.
 */
export function deleteOldest(ctx: Ctx, subscriptionId: string) {
  const ofIt = eq(channelMessages.subscriptionId, subscriptionId);
  const oldest = ctx.db
    .select({ id: channelMessages.id })
    .from(channelMessages)
    .where(ofIt)
    .orderBy(channelMessages.id)
    .limit(OLDEST);
  const isOneTooMany = lte(
    channelMessages.place,
    sql`${lastPlace(subscriptionId)} - ${MAX_MESSAGES}`,
  );
  return ctx.db
    .delete(channelMessages)
    .where(and(ofIt, inArray(channelMessages.id, oldest), isOneTooMany));
}

/** Deletes messages that are older than a year. */
export async function expireChannelMessages(ctx: Ctx): Promise<void> {
  const before = ctx.now() - KEPT_MS;
  // No index is kept for this, as messages lie in the order in which they came.
  const first = sql`(SELECT rowid, created_at FROM ${channelMessages} ORDER BY rowid LIMIT ${ROWS_AT_ONCE})`;
  const old = { key: sql`rowid`, from: first, where: sql`created_at < ${before}` };
  await inParts(MOST_PARTS, async () => {
    const [oldest] = await ctx.db
      .select({ at: channelMessages.createdAt })
      .from(channelMessages)
      .orderBy(sql`rowid`)
      .limit(1);
    if (!oldest || oldest.at >= before) return false;
    const { meta } = await deletePart(ctx.db, channelMessages, old, ROWS_AT_ONCE).run();
    return meta.changes >= ROWS_AT_ONCE;
  });
}

/** The condition that the device is bound to the subscription. */
function isBound(subscriber: Subscriber, subscriptionId: string) {
  return sql`EXISTS (SELECT 1 FROM ${channelDevices}
    WHERE ${channelDevices.subscriptionId} = ${subscriptionId}
      AND ${channelDevices.subscriberId} = ${subscriber.id})`;
}
