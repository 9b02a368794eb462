// Channels, with which an owner's program sends to individual people through the channels API. Owners manage them here,
// and bind subscribers to a person without a code.
import { z } from "@hono/zod-openapi";
import { BindSubscriber, bindSubscriber as bind } from "../../domain/channels/bind.ts";
import { CreateChannel, RotateKey, UpdateChannel } from "../../domain/channels/channel-input.ts";
import { createChannel as create, MAX_CHANNELS } from "../../domain/channels/create-channel.ts";
import { deleteChannel as remove } from "../../domain/channels/delete-channel.ts";
import { listChannels as list } from "../../domain/channels/list-channels.ts";
import { rotateKey as rotate } from "../../domain/channels/rotate-key.ts";
import type { ChannelSubscription } from "../../domain/channels/subscriptions.ts";
import { updateChannel as update } from "../../domain/channels/update-channel.ts";
import { findChannel, type ChannelView } from "../../domain/channels/find-channel.ts";
import { keyOperation } from "../../http/operation.ts";
import { HEX_ID } from "../../kit/hex-id.ts";
import { microseconds } from "../../kit/time.ts";
import { shownOnce } from "../shared/fields.ts";
import { BINDINGS } from "../shared/requests.ts";
import { listForm, listOf, MessageForm, Paging, Time, timeOrNull, wrapped } from "./forms.ts";

const ChannelParams = z.object({
  id: z.string().regex(HEX_ID).openapi({
    description: "The id of the channel, 24 hex digits.",
    example: "63c7e1a49b02d1f59423bb38",
  }),
});

const ChannelForm = z
  .object({
    id: z.string().openapi({
      description: "The channel's id, 24 hex digits.",
      example: "63c7e1a49b02d1f59423bb38",
    }),
    name: z.string().openapi({
      description: "The channel's name, which its QR code's page shows.",
      example: "Support",
    }),
    app_id: z.int().openapi({ description: "The app whose devices can subscribe.", example: 7 }),
    callback_url: z.url().nullable().openapi({
      description: "Where new and ended subscriptions are reported; null if nowhere.",
      example: "https://example.com/hooks/channel",
    }),
    callback_enabled: z.boolean().openapi({
      example: true,
      description:
        "Three days of failed attempts without a success, or a 410, disable callbacks until the URL is set again.",
    }),
    key_prefix: z.string().openapi({
      description: "The beginning of the channel's key, by which its owner recognises it.",
      example: "sw_chn_7e15",
    }),
    previous_key_expires_at: Time.nullable().openapi({
      description:
        "When the key from before the last rotation expires or expired; null if none was rotated.",
      example: null,
    }),
    created_at: Time.openapi({ description: "When it was created." }),
    updated_at: Time.openapi({ description: "When it was last changed." }),
  })
  .openapi("Channel", {
    description: "A line from an owner to people of an app whom the owner names.",
  });

/** An answer that shows a new key. A replay leaves the key out. */
const RotatedForm = ChannelForm.extend({
  api_key: shownOnce(
    "The channel's new key, `sw_chn_...`.",
    "sw_chn_7e151628aed2a6abf7158809cf4f3c76",
  ),
}).openapi("ChannelWithKey", { description: "A channel with its new key." });

/** The only answer that also shows the callback's secret. */
const NewChannelForm = RotatedForm.extend({
  callback_secret: shownOnce(
    "What callbacks carry as `Authorization: Basic`.",
    "9c1185a5c5e9fc54612808977ee8f548",
  ),
}).openapi("NewChannel", { description: "A new channel with its secrets." });

const SubscriptionForm = z
  .object({
    id: z.string().openapi({
      description: "The subscription's id, 24 hex digits.",
      example: "63c7e1b29b02d1f59423bb39",
    }),
    channel_id: z
      .string()
      .openapi({ description: "The channel's id.", example: "63c7e1a49b02d1f59423bb38" }),
    subscriber: z.string().openapi({
      example: "63c7e1b29b02d1f59423bb3a",
      description:
        "The first device that was bound. It stays the same if that device leaves while others remain.",
    }),
    iuid: z.string().openapi({ description: "Your own id of the person.", example: "user-42" }),
    mute: z.boolean().openapi({
      description: "Whether the person wants no pushes; messages are kept all the same.",
      example: false,
    }),
    created_at: Time.openapi({ description: "When the person subscribed." }),
    updated_at: Time.openapi({ description: "When it was last changed." }),
  })
  .openapi("BoundSubscription", { description: "That a person is in a channel." });

export const listChannels = keyOperation({
  method: "get",
  path: "/channels",
  operationId: "listChannels",
  summary: "List channels",
  tag: "Channels",
  scope: "push:read",
  query: Paging,
  success: { status: 200, description: "The channels, newest first.", schema: listOf(ChannelForm) },
  run: async (ctx, { query }) => listForm(await list(ctx, query), channelForm),
});

export const createChannel = keyOperation({
  method: "post",
  path: "/channels",
  operationId: "createChannel",
  summary: "Create a channel",
  description:
    "A channel sends to individual people by your own ids, through the channels API with `api_key`. New and ended " +
    "subscriptions are POSTed to `callback_url`, which must be https on a public host, with `Authorization: Basic` and " +
    "`callback_secret`, and with the headers of Standard Webhooks 1.0 (`webhook-signature`), whose key that secret holds. " +
    "Failed callbacks are retried like webhooks. Both secrets are shown only in this response. " +
    `An account can have at most ${MAX_CHANNELS} channels.`,
  tag: "Channels",
  scope: "push:write",
  body: CreateChannel,
  success: { status: 201, description: "The new channel.", schema: wrapped(NewChannelForm) },
  idempotent: { secrets: ["api_key", "callback_secret"] },
  run: async (ctx, { body }) => {
    const made = await create(ctx, body);
    const secrets = { api_key: made.key, callback_secret: made.callbackSecret };
    return { data: { ...channelForm(made), ...secrets } };
  },
});

export const getChannel = keyOperation({
  method: "get",
  path: "/channels/{id}",
  operationId: "getChannel",
  summary: "Get a channel",
  tag: "Channels",
  scope: "push:read",
  params: { schema: ChannelParams, thing: "channel" },
  success: { status: 200, description: "The channel.", schema: wrapped(ChannelForm) },
  run: async (ctx, { params }) => ({ data: channelForm(await findChannel(ctx, params.id)) }),
});

export const updateChannel = keyOperation({
  method: "patch",
  path: "/channels/{id}",
  operationId: "updateChannel",
  summary: "Update a channel",
  description:
    "Changes only the given fields; null removes the callback. The app of a channel cannot be changed.",
  tag: "Channels",
  scope: "push:write",
  params: { schema: ChannelParams, thing: "channel" },
  body: UpdateChannel,
  success: { status: 200, description: "The changed channel.", schema: wrapped(ChannelForm) },
  run: async (ctx, { params, body }) => ({
    data: channelForm(await update(ctx, params.id, body)),
  }),
});

export const deleteChannel = keyOperation({
  method: "delete",
  path: "/channels/{id}",
  operationId: "deleteChannel",
  summary: "Delete a channel",
  description:
    "Also deletes its codes, its subscriptions and their notifications. No callbacks are sent.",
  tag: "Channels",
  scope: "push:write",
  params: { schema: ChannelParams, thing: "channel" },
  success: { status: 200, description: "The channel was deleted.", schema: MessageForm },
  run: async (ctx, { params }) => {
    await remove(ctx, params.id);
    return { message: "Channel deleted successfully." };
  },
});

export const rotateKey = keyOperation({
  method: "post",
  path: "/channels/{id}/rotate-key",
  operationId: "rotateChannelKey",
  summary: "Rotate a channel's key",
  description:
    "The new key is shown only in this response. The old key stays valid for `grace_seconds`; a key from before an " +
    "earlier rotation ends at once.",
  tag: "Channels",
  scope: "push:write",
  params: { schema: ChannelParams, thing: "channel" },
  body: RotateKey,
  success: {
    status: 200,
    description: "The channel and its new key.",
    schema: wrapped(RotatedForm),
  },
  idempotent: { secrets: ["api_key"] },
  run: async (ctx, { params, body }) => {
    const { key, ...view } = await rotate(ctx, params.id, body);
    return { data: { ...channelForm(view), api_key: key } };
  },
});

export const bindSubscriber = keyOperation({
  method: "post",
  path: "/channels/{id}/subscriptions",
  operationId: "bindSubscriber",
  summary: "Subscribe a device to a channel",
  description: `Binds a subscriber of the channel's app to \`iuid\`, as redeeming a code does. ${BINDINGS}`,
  tag: "Channels",
  scope: "push:write",
  params: { schema: ChannelParams, thing: "channel" },
  body: BindSubscriber,
  success: { status: 201, description: "The subscription.", schema: wrapped(SubscriptionForm) },
  idempotent: { secrets: [] },
  run: async (ctx, { params, body }) => ({
    data: subscriptionForm(await bind(ctx, params.id, body)),
  }),
});

function channelForm({ channel, callback }: ChannelView): z.input<typeof ChannelForm> {
  const { previousKeyEndsAt } = channel;
  return {
    id: channel.id,
    name: channel.name,
    app_id: channel.appId,
    callback_url: callback?.url ?? null,
    callback_enabled: callback?.enabled ?? false,
    key_prefix: channel.keyPrefix,
    previous_key_expires_at: timeOrNull(previousKeyEndsAt),
    created_at: microseconds(channel.createdAt),
    updated_at: microseconds(channel.updatedAt),
  };
}

function subscriptionForm(subscription: ChannelSubscription): z.input<typeof SubscriptionForm> {
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
