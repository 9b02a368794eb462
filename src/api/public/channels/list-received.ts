// GET /public/subscriptions/{id}/notifications
import { z } from "@hono/zod-openapi";
import { listReceived as list } from "../../../domain/channels/received.ts";
import { subscriberOperation } from "../../../http/operation.ts";
import { DEFAULT_LIMIT, MAX_LIMIT } from "../../../kit/pagination.ts";
import { PUBLIC_RATE } from "../subscribers/forms.ts";
import { receivedForm, ReceivedForm, SubscriptionParams } from "./forms.ts";

const Paging = z.object({
  limit: z.int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT),
  offset: z.int().min(0).default(0),
});

export const listReceived = subscriberOperation({
  method: "get",
  path: "/subscriptions/{id}/notifications",
  operationId: "listReceivedNotifications",
  summary: "List received notifications",
  description: "Those of muted times too. Kept for a year.",
  tag: "Devices",
  rate: PUBLIC_RATE,
  params: { schema: SubscriptionParams, thing: "subscription" },
  query: Paging,
  success: {
    status: 200,
    description: "Newest first.",
    schema: z.object({ data: z.array(ReceivedForm) }),
  },
  run: async (ctx, { params, query }) => {
    const received = await list(ctx, ctx.subscriber, params.id, query);
    return { data: received.map(receivedForm) };
  },
});
