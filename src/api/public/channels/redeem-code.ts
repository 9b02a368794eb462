// POST /public/codes/{code}/redeem
import { z } from "@hono/zod-openapi";
import { redeemCode as redeem } from "../../../domain/channels/bind.ts";
import { subscriberOperation } from "../../../http/operation.ts";
import { PUBLIC_RATE } from "../subscribers/forms.ts";
import { SubscriptionForm, subscriptionForm } from "./forms.ts";

export const redeemCode = subscriberOperation({
  method: "post",
  path: "/codes/{code}/redeem",
  operationId: "redeemSubscriptionCode",
  summary: "Subscribe with a code",
  description:
    "Binds the device to the person the code was made for. A code works once, within 24 hours, in the channel's " +
    "own app; one that is refused stays unused.",
  tag: "Devices",
  rate: PUBLIC_RATE,
  params: { schema: z.object({ code: z.string() }), thing: "code" },
  success: { status: 201, description: "The subscription.", schema: SubscriptionForm },
  run: async (ctx, { params }) => subscriptionForm(await redeem(ctx, ctx.subscriber, params.code)),
});
