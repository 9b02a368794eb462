// Sends to everyone bound to a channel's iuid, and to nobody else. What is sent is kept for the devices to read;
// a push goes out unless the subscription is muted, none of its devices takes pushes, or the app has no provider.
import { sql } from "drizzle-orm";
import {
  channelDevices,
  channelNotifications,
  channelSubscriptions,
  pushCredentials,
  subscribers,
} from "../../db/schema/index.ts";
import { newHexId } from "../../kit/hex-id.ts";
import { refuse } from "../../kit/refusal.ts";
import type { Ctx } from "../context.ts";
import { insertDirect } from "../notifications/send-direct.ts";
import { announce } from "../notifications/send-notification.ts";
import type { Received } from "./received.ts";
import { ofIuid } from "./subscriptions.ts";
import type { Channel } from "./visible.ts";

/** Sends; answers what was kept. Refuses `not_found` when nobody is bound. */
export async function sendToIuid(
  ctx: Ctx,
  channel: Channel,
  iuid: string,
  content: { title: string; text: string },
): Promise<Received> {
  const { id: subscriptionId, devices } = await targetOf(ctx, channel, iuid);
  const now = ctx.now();
  const id = newHexId(now);
  const keep = ctx.db
    .insert(channelNotifications)
    .values({ id, subscriptionId, content, createdAt: now })
    .returning();
  if (devices.length === 0) return only((await ctx.db.batch([keep]))[0]);
  const data = { channel: channel.id, subscription: subscriptionId, channel_notification: id };
  const words = { title: sendable(content.title), body: sendable(content.text), data };
  const [kept, [notification]] = await ctx.db.batch([
    keep,
    insertDirect(ctx, channel, words, devices),
  ]);
  if (!notification) throw new Error("an inserted notification answered no row");
  await announce(ctx, notification);
  return only(kept);
}

/** The subscription, and its devices that a push can go to now. */
async function targetOf(
  ctx: Ctx,
  channel: Channel,
  iuid: string,
): Promise<{ id: string; devices: number[] }> {
  const [found] = await ctx.db
    .select({
      id: channelSubscriptions.id,
      devices: sql<string>`(SELECT json_group_array(${subscribers.id})
        FROM ${channelDevices} JOIN ${subscribers} ON ${subscribers.id} = ${channelDevices.subscriberId}
        WHERE ${channelDevices.subscriptionId} = ${channelSubscriptions.id}
          AND ${subscribers.status} = 'active' AND ${channelSubscriptions.mute} = 0
          AND EXISTS (SELECT 1 FROM ${pushCredentials} WHERE ${pushCredentials.appId} = ${channel.appId}))`,
    })
    .from(channelSubscriptions)
    .where(ofIuid(channel, iuid));
  if (!found) return refuse({ code: "not_found", what: "subscription" });
  return { id: found.id, devices: JSON.parse(found.devices) as number[] };
}

/** What every provider takes: whole characters, and no control characters. */
function sendable(text: string): string {
  return text.toWellFormed().replaceAll(/\p{Cc}/gu, " ");
}

function only([row]: Received[]): Received {
  if (!row) throw new Error("an inserted notification answered no row");
  return row;
}
