// GET /apps/{id}/webhooks/{webhook_id}/deliveries
import { listDeliveries as list } from "../../../domain/webhooks/list-deliveries.ts";
import { LimitOffset, listOf } from "../forms.ts";
import { pushOperation } from "../operation.ts";
import { DeliveryForm, deliveryForm, WebhookParams } from "./forms.ts";

export const listDeliveries = pushOperation({
  method: "get",
  path: "/apps/{id}/webhooks/{webhook_id}/deliveries",
  operationId: "listWebhookDeliveries",
  summary: "List a webhook's deliveries",
  description: "Kept for 30 days.",
  tag: "Webhooks",
  scope: "push:read",
  params: { schema: WebhookParams, thing: "webhook" },
  query: LimitOffset,
  success: { status: 200, description: "Newest first.", schema: listOf(DeliveryForm) },
  run: async (ctx, { params, query }) => {
    const deliveries = await list(ctx, params.id, params.webhook_id, query);
    return { data: deliveries.map(deliveryForm) };
  },
});
