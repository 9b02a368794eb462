// DELETE /public/subscriptions/{id}
import { z } from "@hono/zod-openapi";
import { leave } from "../../../domain/channels/received.ts";
import { subscriberOperation } from "../../../http/operation.ts";
import { PUBLIC_RATE } from "../subscribers/forms.ts";
import { SubscriptionParams } from "./forms.ts";

export const leaveSubscription = subscriberOperation({
  method: "delete",
  path: "/subscriptions/{id}",
  operationId: "leaveSubscription",
  summary: "Unsubscribe from a channel",
  description: "Unbinds this device; the subscription ends, with what it received, with its last.",
  tag: "Devices",
  rate: PUBLIC_RATE,
  params: { schema: SubscriptionParams, thing: "subscription" },
  success: { status: 200, description: "Unbound.", schema: z.object({ message: z.string() }) },
  run: async (ctx, { params }) => {
    await leave(ctx, ctx.subscriber, params.id);
    return { message: "Unsubscribed." };
  },
});
