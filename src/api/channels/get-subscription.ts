// GET /{channelId}/subscriptions/{iuid}
import { findSubscription } from "../../domain/channels/subscriptions.ts";
import { channelOperation } from "../../http/operation.ts";
import { IuidParams, SubscriptionForm, subscriptionForm } from "./forms.ts";

export const getSubscription = channelOperation({
  method: "get",
  path: "/{channelId}/subscriptions/{iuid}",
  operationId: "getChannelSubscription",
  summary: "Subscription details",
  tag: "Channels",
  rate: { name: "channel-details", limit: 200 },
  params: { schema: IuidParams, thing: "channel" },
  success: { status: 200, description: "The subscription.", schema: SubscriptionForm },
  run: async (ctx, { params }) =>
    subscriptionForm(await findSubscription(ctx, ctx.channel, params.iuid)),
});
