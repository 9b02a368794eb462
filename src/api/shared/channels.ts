// What the channels API and the devices' part of the public surface show alike: channel subscriptions and the
// notifications that they received, with times in Unix seconds (docs/contracts.md, Channels 4 and 5).
import { z } from "@hono/zod-openapi";
import type { ChannelMessage } from "../../domain/channels/channel-messages.ts";
import type { ChannelSubscription } from "../../domain/channels/subscriptions.ts";
import { SECOND_MS } from "../../kit/time.ts";

export const HexId = z.string().openapi({ example: "63c7e1a49b02d1f59423bb38" });
export const UnixTime = z.int().openapi({ description: "Unix seconds." });

/** A time in milliseconds as these surfaces write it. */
export function unix(ms: number): number {
  return Math.floor(ms / SECOND_MS);
}

export const SubscriptionForm = z
  .object({
    channel: HexId,
    subscriber: HexId.openapi({
      description:
        "The first device that was bound. It stays the same if that device leaves while others remain.",
    }),
    iuid: z.string(),
    mute: z.boolean(),
    createdAt: UnixTime,
    updatedAt: UnixTime,
    id: HexId,
  })
  .openapi("ChannelSubscription");

export function subscriptionForm(
  subscription: ChannelSubscription,
): z.input<typeof SubscriptionForm> {
  const { channelId: channel, subscriber, iuid, mute, createdAt, updatedAt, id } = subscription;
  const times = { createdAt: unix(createdAt), updatedAt: unix(updatedAt) };
  return { channel, subscriber, iuid, mute, ...times, id };
}

export const NotificationForm = z
  .object({
    subscription: HexId,
    title: z.string(),
    text: z.string(),
    readedAt: UnixTime.openapi({
      description: "When it was read, in Unix seconds; 0 if it is unread.",
    }),
    createdAt: UnixTime,
    id: HexId,
  })
  .openapi("ChannelNotification");

export function notificationForm(received: ChannelMessage): z.input<typeof NotificationForm> {
  const { id, subscriptionId: subscription, content, readAt, createdAt } = received;
  const { title, text } = content;
  const readedAt = readAt === null ? 0 : unix(readAt);
  return { subscription, title, text, readedAt, createdAt: unix(createdAt), id };
}
