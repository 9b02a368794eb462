// Channels and their subscriptions as API v1 shows them.
import { z } from "@hono/zod-openapi";
import type { Subscription } from "../../../domain/channels/subscriptions.ts";
import type { ChannelView } from "../../../domain/channels/visible.ts";
import { HEX_ID } from "../../../kit/hex-id.ts";
import { microseconds } from "../../../kit/time.ts";
import { Time } from "../forms.ts";

export const ChannelParams = z.object({ id: z.string().regex(HEX_ID) });

export const ChannelForm = z
  .object({
    id: z.string(),
    name: z.string(),
    app_id: z.int(),
    callback_url: z.string().nullable(),
    callback_enabled: z.boolean().openapi({
      description: "Ten failed deliveries in a row end callbacks, until the URL is given again.",
    }),
    key_prefix: z.string(),
    previous_key_expires_at: Time.nullable().openapi({
      description: "When the key before the last rotation ends, or ended.",
    }),
    created_at: Time,
    updated_at: Time,
  })
  .openapi("Channel");

export function channelForm({ channel, callback }: ChannelView): z.input<typeof ChannelForm> {
  const { previousKeyEndsAt } = channel;
  return {
    id: channel.id,
    name: channel.name,
    app_id: channel.appId,
    callback_url: callback?.url ?? null,
    callback_enabled: callback?.enabled ?? false,
    key_prefix: channel.keyPrefix,
    previous_key_expires_at: previousKeyEndsAt === null ? null : microseconds(previousKeyEndsAt),
    created_at: microseconds(channel.createdAt),
    updated_at: microseconds(channel.updatedAt),
  };
}

/** An answer that shows a new key; a replay leaves it out. */
export const RotatedForm = ChannelForm.extend({ api_key: z.string() }).openapi("ChannelWithKey");

/** The one answer that shows the callback's secret too. */
export const NewChannelForm = RotatedForm.extend({ callback_secret: z.string() }).openapi(
  "NewChannel",
);

export const SubscriptionForm = z
  .object({
    id: z.string(),
    channel_id: z.string(),
    subscriber: z.string().openapi({
      description: "The first device that was bound; stays when that leaves and others do not.",
    }),
    iuid: z.string(),
    mute: z.boolean(),
    created_at: Time,
    updated_at: Time,
  })
  .openapi("BoundSubscription");

export function subscriptionForm(subscription: Subscription): z.input<typeof SubscriptionForm> {
  return {
    id: subscription.id,
    channel_id: subscription.channelId,
    subscriber: subscription.subscriber,
    iuid: subscription.iuid,
    mute: subscription.mute,
    created_at: microseconds(subscription.createdAt),
    updated_at: microseconds(subscription.updatedAt),
  };
}
