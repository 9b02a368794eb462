// POST /apps/{id}/webhooks/{webhook_id}/test
import { sendTest } from "../../../domain/webhooks/send-test.ts";
import { wrapped } from "../forms.ts";
import { pushOperation } from "../operation.ts";
import { DeliveryForm, deliveryForm, WebhookParams } from "./forms.ts";

export const testWebhook = pushOperation({
  method: "post",
  path: "/apps/{id}/webhooks/{webhook_id}/test",
  operationId: "testWebhook",
  summary: "Send a webhook a test event",
  description: "The event is `webhook.test`. See the webhook's deliveries for how it went.",
  tag: "Webhooks",
  scope: "push:write",
  params: { schema: WebhookParams, thing: "webhook" },
  idempotent: { secrets: [] },
  success: { status: 200, description: "The delivery begun.", schema: wrapped(DeliveryForm) },
  run: async (ctx, { params }) => ({
    data: deliveryForm(await sendTest(ctx, params.id, params.webhook_id)),
  }),
});
