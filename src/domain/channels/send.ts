// Sends a message to the devices bound to an iuid of a channel. It is stored, so that the devices can read it. A push
// is sent too, unless the subscription is muted, none of its devices takes pushes, or the app has no provider.
import { eq, sql } from "drizzle-orm";
import { apps, channelDevices, channelSubscriptions, subscribers } from "../../db/schema/index.ts";
import { newHexId } from "../../kit/hex-id.ts";
import { refuse, RefusalError } from "../../kit/refusal.ts";
import type { Ctx } from "../context.ts";
import { beginSend } from "../notifications/direct/begin-send.ts";
import { insertDirect } from "../notifications/direct/insert-direct.ts";
import {
  credentialsAsJson,
  readCredentials,
  readRecipients,
  recipientsAsJson,
  type DirectTarget,
} from "../notifications/direct/target.ts";
import { orNoRoom } from "../notifications/room.ts";
import { deleteOldest, insertMessage, type ChannelMessage } from "./channel-messages.ts";
import { findSubscription, ofIuid } from "./subscriptions.ts";
import type { Channel } from "./find-channel.ts";

/** A message that was sent, and to how many devices a push was sent with it. */
export type SentMessage = ChannelMessage & { devices: number };

/**
 * Sends the message and returns its stored row. Refuses `not_found` when no device is bound, and `invalid` when the app has
 * no room for another notification.
 */
export async function sendToIuid(
  ctx: Ctx,
  channel: Channel,
  iuid: string,
  content: { title: string; text: string },
): Promise<SentMessage> {
  const { id: subscriptionId, ...target } = await targetOf(ctx, channel, iuid);
  const id = newHexId(ctx.now());
  const keep = insertMessage(ctx, { id, subscriptionId, content });
  const spare = deleteOldest(ctx, subscriptionId);
  const devices = target.recipients.length;
  if (devices === 0) {
    const [kept] = await unlessGone(ctx, channel, iuid, ctx.db.batch([keep, spare]));
    return { ...only(kept), devices: 0 };
  }
  const data = { channel: channel.id, subscription: subscriptionId, channel_notification: id };
  const words = { title: sendable(content.title), body: sendable(content.text), data };
  const all = ctx.db.batch([keep, spare, ...insertDirect(ctx, channel, words, target)]);
  const written = orNoRoom(ctx, [channel.appId], all);
  const [kept, , , [notification]] = await unlessGone(ctx, channel, iuid, written);
  if (!notification) throw new Error("an inserted notification returned no row");
  await beginSend(ctx, notification, target);
  return { ...only(kept), devices };
}

/** Returns the result of `writing`. Refuses `not_found` when it failed because the subscription ended meanwhile. */
async function unlessGone<Result>(
  ctx: Ctx,
  channel: Channel,
  iuid: string,
  writing: PromiseLike<Result>,
): Promise<Result> {
  try {
    return await writing;
  } catch (error) {
    // That the app has no room; one that is gone has lost the subscription too.
    if (error instanceof RefusalError && error.refusal.code === "invalid") throw error;
    await findSubscription(ctx, channel, iuid);
    throw error;
  }
}

/** The subscription, and those of its devices that can get a push now: none if the app has no credential. */
async function targetOf(
  ctx: Ctx,
  channel: Channel,
  iuid: string,
): Promise<DirectTarget & { id: string }> {
  const [found] = await ctx.db
    .select({
      id: channelSubscriptions.id,
      app: { uuid: apps.uuid, url: apps.url, pushSettings: apps.pushSettings },
      credentials: credentialsAsJson(channel.appId),
      // Column names are written in full, since drizzle leaves out the tables' names here.
      devices: recipientsAsJson(sql`FROM ${channelDevices} AS bound
        JOIN ${subscribers} AS device ON device.id = bound.subscriber_id
        WHERE bound.subscription_id = channel_subscriptions.id
          AND device.status = 'active' AND channel_subscriptions.mute = 0`),
    })
    .from(channelSubscriptions)
    .innerJoin(apps, eq(apps.id, channel.appId))
    .where(ofIuid(channel, iuid));
  if (!found) return refuse({ code: "not_found", what: "subscription" });
  const { id, app } = found;
  const credentials = readCredentials(found.credentials);
  const recipients = credentials.length > 0 ? readRecipients(found.devices) : [];
  return { id, app, credentials, recipients };
}

/** Makes `text` acceptable to every provider: well-formed Unicode without control characters. */
function sendable(text: string): string {
  return text.toWellFormed().replaceAll(/\p{Cc}/gu, " ");
}

function only([row]: ChannelMessage[]): ChannelMessage {
  if (!row) throw new Error("an inserted notification returned no row");
  return row;
}
