// GET /apps/{id}/webhooks
import { listWebhooks as list } from "../../../domain/webhooks/find-webhook.ts";
import { AppParams, listOf } from "../forms.ts";
import { pushOperation } from "../operation.ts";
import { WebhookForm, webhookForm } from "./forms.ts";

export const listWebhooks = pushOperation({
  method: "get",
  path: "/apps/{id}/webhooks",
  operationId: "listWebhooks",
  summary: "List an app's webhooks",
  tag: "Webhooks",
  scope: "push:read",
  params: { schema: AppParams, thing: "app" },
  success: { status: 200, description: "All, oldest first.", schema: listOf(WebhookForm) },
  run: async (ctx, { params }) => {
    const webhooks = await list(ctx, params.id);
    return { data: webhooks.map((webhook) => webhookForm(params.id, webhook)) };
  },
});
