// DELETE /apps/{id}/webhooks/{webhook_id}
import { deleteWebhook as erase } from "../../../domain/webhooks/delete-webhook.ts";
import { OK, OkForm } from "../forms.ts";
import { pushOperation } from "../operation.ts";
import { WebhookParams } from "./forms.ts";

export const deleteWebhook = pushOperation({
  method: "delete",
  path: "/apps/{id}/webhooks/{webhook_id}",
  operationId: "deleteWebhook",
  summary: "Delete a webhook",
  description: "Its log goes with it, and what waits for delivery is not sent.",
  tag: "Webhooks",
  scope: "push:write",
  params: { schema: WebhookParams, thing: "webhook" },
  success: { status: 200, description: "Gone.", schema: OkForm },
  run: async (ctx, { params }) => {
    await erase(ctx, params.id, params.webhook_id);
    return OK;
  },
});
