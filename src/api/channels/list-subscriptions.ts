// GET /{channelId}/subscriptions
import { z } from "@hono/zod-openapi";
import { listSubscriptions as list } from "../../domain/channels/subscriptions.ts";
import { channelOperation } from "../../http/operation.ts";
import { ChannelParams, SubscriptionForm, subscriptionForm } from "./forms.ts";

export const listSubscriptions = channelOperation({
  method: "get",
  path: "/{channelId}/subscriptions",
  operationId: "listChannelSubscriptions",
  summary: "Subscriptions list",
  tag: "Channels",
  rate: { name: "channel-list", limit: 200 },
  params: { schema: ChannelParams, thing: "channel" },
  success: {
    status: 200,
    description: "All of them, oldest first; the first 10,000 where there are more.",
    schema: z.array(SubscriptionForm),
  },
  run: async (ctx) => (await list(ctx, ctx.channel)).map(subscriptionForm),
});
