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
    channel: HexId.openapi({ description: "The channel's id." }),
    subscriber: HexId.openapi({
      description:
        "The first device that was bound. It stays the same if that device leaves while others remain.",
    }),
    iuid: z.string().openapi({ description: "Your own id of the person.", example: "user-42" }),
    mute: z.boolean().openapi({
      description: "Whether the person wants no pushes; messages are kept all the same.",
      example: false,
    }),
    createdAt: UnixTime.openapi({
      description: "When the person subscribed, in Unix seconds.",
      example: 1704067200,
    }),
    updatedAt: UnixTime.openapi({
      description: "When it was last changed, in Unix seconds.",
      example: 1704067200,
    }),
    id: HexId.openapi({
      description: "The subscription's id.",
      example: "63c7e1b29b02d1f59423bb39",
    }),
  })
  .openapi("ChannelSubscription", { description: "That a person is in a channel." });

export function subscriptionForm(
  subscription: ChannelSubscription,
): z.input<typeof SubscriptionForm> {
  const { channelId: channel, subscriber, iuid, mute, createdAt, updatedAt, id } = subscription;
  const times = { createdAt: unix(createdAt), updatedAt: unix(updatedAt) };
  return { channel, subscriber, iuid, mute, ...times, id };
}

export const NotificationForm = z
  .object({
    subscription: HexId.openapi({
      description: "The id of the subscription that received it.",
      example: "63c7e1b29b02d1f59423bb39",
    }),
    title: z.string().openapi({ description: "Its title.", example: "Your order" }),
    text: z.string().openapi({ description: "Its text.", example: "Order 1001 is on its way." }),
    readedAt: UnixTime.openapi({
      example: 0,
      description: "When it was read, in Unix seconds; 0 if it is unread.",
    }),
    createdAt: UnixTime.openapi({
      description: "When it was sent, in Unix seconds.",
      example: 1704067200,
    }),
    id: HexId.openapi({
      description: "The notification's id.",
      example: "63c7e1d09b02d1f59423bb3b",
    }),
  })
  .openapi("ChannelNotification", { description: "A notification that a subscription received." });

export function notificationForm(received: ChannelMessage): z.input<typeof NotificationForm> {
  const { id, subscriptionId: subscription, content, readAt, createdAt } = received;
  const { title, text } = content;
  const readedAt = readAt === null ? 0 : unix(readAt);
  return { subscription, title, text, readedAt, createdAt: unix(createdAt), id };
}
