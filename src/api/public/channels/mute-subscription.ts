// PUT and DELETE /public/subscriptions/{id}/mute
import { setMute } from "../../../domain/channels/received.ts";
import { subscriberOperation } from "../../../http/operation.ts";
import { PUBLIC_RATE } from "../subscribers/forms.ts";
import { SubscriptionForm, subscriptionForm, SubscriptionParams } from "./forms.ts";

const shared = {
  path: "/subscriptions/{id}/mute",
  tag: "Devices",
  rate: PUBLIC_RATE,
  params: { schema: SubscriptionParams, thing: "subscription" },
  success: { status: 200, description: "As it is now.", schema: SubscriptionForm },
} as const;

export const muteSubscription = subscriberOperation({
  ...shared,
  method: "put",
  operationId: "muteSubscription",
  summary: "Mute a subscription",
  description:
    "It keeps what it is sent and gets no push, on none of its devices. May be repeated.",
  run: async (ctx, { params }) =>
    subscriptionForm(await setMute(ctx, ctx.subscriber, params.id, true)),
});

export const unmuteSubscription = subscriberOperation({
  ...shared,
  method: "delete",
  operationId: "unmuteSubscription",
  summary: "Unmute a subscription",
  description: "May be repeated.",
  run: async (ctx, { params }) =>
    subscriptionForm(await setMute(ctx, ctx.subscriber, params.id, false)),
});
