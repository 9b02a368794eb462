// What a device does with the subscriptions it is bound to: mutes them, reads what they received, and leaves.
import { and, desc, eq, lt, sql } from "drizzle-orm";
import { deletePart } from "../../db/delete-in-parts.ts";
import {
  channelDevices,
  channelNotifications,
  channelSubscriptions,
} from "../../db/schema/index.ts";
import { firstHexId } from "../../kit/hex-id.ts";
import { OffsetQuery } from "../../kit/pagination.ts";
import { parseAhead } from "../../kit/parse.ts";
import { refuse } from "../../kit/refusal.ts";
import { DAY_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";
import type { Subscriber } from "../subscribers/find-subscriber.ts";
import { dispatch, endTold } from "./callbacks.ts";
import type { Subscription } from "./subscriptions.ts";

/** How long what was received can be read, ms: a year. */
const KEPT_MS = 365 * DAY_MS;
/** Rows deleted in one sweep: keeps the statement short. */
const SWEEP_ROWS = 1000;

export type Received = typeof channelNotifications.$inferSelect;

/** Mutes, or unmutes, for all the subscription's devices. Refuses `not_found`. */
export async function setMute(
  ctx: Ctx,
  subscriber: Subscriber,
  id: string,
  mute: boolean,
): Promise<Subscription> {
  const [changed] = await ctx.db
    .update(channelSubscriptions)
    .set({ mute, updatedAt: ctx.now() })
    .where(and(eq(channelSubscriptions.id, id), isBound(subscriber, id)))
    .returning();
  return changed ?? refuse({ code: "not_found", what: "subscription" });
}

/** Unbinds the device; the subscription ends with its last. Refuses `not_found`. */
export async function leave(ctx: Ctx, subscriber: Subscriber, id: string): Promise<void> {
  const [gone, told] = await ctx.db.batch([
    ctx.db
      .delete(channelDevices)
      .where(
        and(eq(channelDevices.subscriptionId, id), eq(channelDevices.subscriberId, subscriber.id)),
      )
      .returning({ id: channelDevices.subscriptionId }),
    endTold(ctx, id),
  ]);
  if (gone.length === 0) refuse({ code: "not_found", what: "subscription" });
  dispatch(ctx, told);
}

/** What the subscription received, newest first. Refuses `not_found`, `invalid`. */
export async function listReceived(
  ctx: Ctx,
  subscriber: Subscriber,
  id: string,
  query: unknown,
): Promise<Received[]> {
  const wanted = parseAhead(OffsetQuery, query);
  const { limit, offset } = wanted.value ?? { limit: 0, offset: 0 };
  const [bound, rows] = await ctx.db.batch([
    ctx.db
      .select({ id: channelSubscriptions.id })
      .from(channelSubscriptions)
      .where(and(eq(channelSubscriptions.id, id), isBound(subscriber, id))),
    ctx.db
      .select()
      .from(channelNotifications)
      .where(and(eq(channelNotifications.subscriptionId, id), isBound(subscriber, id)))
      .orderBy(desc(channelNotifications.id))
      .limit(limit)
      .offset(offset),
  ]);
  if (bound.length === 0) refuse({ code: "not_found", what: "subscription" });
  wanted.orRefuse();
  return rows;
}

/** Marks one as read; the first time counts. Refuses `not_found`. */
export async function markRead(
  ctx: Ctx,
  subscriber: Subscriber,
  id: string,
  notificationId: string,
): Promise<Received> {
  const [read] = await ctx.db
    .update(channelNotifications)
    .set({ readAt: sql`coalesce(${channelNotifications.readAt}, ${ctx.now()})` })
    .where(
      and(
        eq(channelNotifications.id, notificationId),
        eq(channelNotifications.subscriptionId, id),
        isBound(subscriber, id),
      ),
    )
    .returning();
  return read ?? refuse({ code: "not_found", what: "notification" });
}

/** Deletes what is older than a year. */
export async function expireChannelMessages(ctx: Ctx): Promise<void> {
  const { id: key } = channelNotifications;
  const where = lt(key, firstHexId(ctx.now() - KEPT_MS));
  await deletePart(ctx.db, channelNotifications, { key, where }, SWEEP_ROWS);
}

/** Whether the device is bound to the subscription. */
function isBound(subscriber: Subscriber, subscriptionId: string) {
  return sql`EXISTS (SELECT 1 FROM ${channelDevices}
    WHERE ${channelDevices.subscriptionId} = ${subscriptionId}
      AND ${channelDevices.subscriberId} = ${subscriber.id})`;
}
