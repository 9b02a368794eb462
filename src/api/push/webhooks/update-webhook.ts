// PATCH /apps/{id}/webhooks/{webhook_id}
import { updateWebhook as update } from "../../../domain/webhooks/update-webhook.ts";
import { UpdateWebhook } from "../../../domain/webhooks/webhook-input.ts";
import { wrapped } from "../forms.ts";
import { pushOperation } from "../operation.ts";
import { WebhookForm, webhookForm, WebhookParams } from "./forms.ts";

export const updateWebhook = pushOperation({
  method: "patch",
  path: "/apps/{id}/webhooks/{webhook_id}",
  operationId: "updateWebhook",
  summary: "Update a webhook",
  description:
    "Changes what is given. `enabled: true` also forgets its failures, and what was pending when it was disabled is " +
    "delivered.",
  tag: "Webhooks",
  scope: "push:write",
  params: { schema: WebhookParams, thing: "webhook" },
  body: UpdateWebhook,
  success: { status: 200, description: "The webhook as it is now.", schema: wrapped(WebhookForm) },
  run: async (ctx, { params, body }) => {
    const webhook = await update(ctx, params.id, params.webhook_id, body);
    return { data: webhookForm(params.id, webhook) };
  },
});
