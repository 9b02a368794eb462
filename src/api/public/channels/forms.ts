// Channel subscriptions and what they received, as devices see them: with the keys the channels API has for them.
import { z } from "@hono/zod-openapi";
import type { Received } from "../../../domain/channels/received.ts";
import type { Subscription } from "../../../domain/channels/subscriptions.ts";
import { HEX_ID } from "../../../kit/hex-id.ts";
import { SECOND_MS } from "../../../kit/time.ts";

const HexId = z.string().regex(HEX_ID);
const UnixTime = z.int().openapi({ description: "Unix seconds." });

export const SubscriptionParams = z.object({ id: HexId });
export const NotificationParams = SubscriptionParams.extend({ nid: HexId });

export const SubscriptionForm = z.object({
  data: z
    .object({
      id: HexId,
      channel: HexId,
      subscriber: HexId.openapi({
        description: "The first device that was bound; stays when that leaves and others do not.",
      }),
      iuid: z.string(),
      mute: z.boolean(),
      createdAt: UnixTime,
      updatedAt: UnixTime,
    })
    .openapi("DeviceSubscription"),
});

export function subscriptionForm(subscription: Subscription): z.input<typeof SubscriptionForm> {
  const { id, channelId: channel, subscriber, iuid, mute } = subscription;
  const [createdAt, updatedAt] = [unix(subscription.createdAt), unix(subscription.updatedAt)];
  return { data: { id, channel, subscriber, iuid, mute, createdAt, updatedAt } };
}

export const ReceivedForm = z
  .object({
    id: HexId,
    subscription: HexId,
    title: z.string(),
    text: z.string(),
    readedAt: UnixTime.openapi({ description: "Unix seconds; 0 until read." }),
    createdAt: UnixTime,
  })
  .openapi("ReceivedNotification");

export function receivedForm(received: Received): z.input<typeof ReceivedForm> {
  const { id, subscriptionId: subscription, content, readAt, createdAt } = received;
  const { title, text } = content;
  const readedAt = readAt === null ? 0 : unix(readAt);
  return { id, subscription, title, text, readedAt, createdAt: unix(createdAt) };
}

function unix(ms: number): number {
  return Math.floor(ms / SECOND_MS);
}
