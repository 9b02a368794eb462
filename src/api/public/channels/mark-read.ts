// POST /public/subscriptions/{id}/notifications/{nid}/read
import { z } from "@hono/zod-openapi";
import { markRead as mark } from "../../../domain/channels/received.ts";
import { subscriberOperation } from "../../../http/operation.ts";
import { PUBLIC_RATE } from "../subscribers/forms.ts";
import { NotificationParams, receivedForm, ReceivedForm } from "./forms.ts";

export const markRead = subscriberOperation({
  method: "post",
  path: "/subscriptions/{id}/notifications/{nid}/read",
  operationId: "markNotificationRead",
  summary: "Mark a received notification as read",
  description: "May be repeated; the first time counts.",
  tag: "Devices",
  rate: PUBLIC_RATE,
  params: { schema: NotificationParams, thing: "notification" },
  success: {
    status: 200,
    description: "The notification.",
    schema: z.object({ data: ReceivedForm }),
  },
  run: async (ctx, { params }) => ({
    data: receivedForm(await mark(ctx, ctx.subscriber, params.id, params.nid)),
  }),
});
