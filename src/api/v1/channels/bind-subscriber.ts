// POST /channels/{id}/subscriptions
import { BindSubscriber, bindSubscriber as bind } from "../../../domain/channels/bind.ts";
import { keyOperation } from "../../../http/operation.ts";
import { wrapped } from "../forms.ts";
import { ChannelParams, SubscriptionForm, subscriptionForm } from "./forms.ts";

export const bindSubscriber = keyOperation({
  method: "post",
  path: "/channels/{id}/subscriptions",
  operationId: "bindSubscriber",
  summary: "Subscribe a device to a channel",
  description: "Binds a subscriber of the channel's app to `iuid`, as redeeming a code does.",
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
