// POST /apps/{id}/webhooks
import { createWebhook as create, MAX_WEBHOOKS } from "../../../domain/webhooks/create-webhook.ts";
import { HELD_MS } from "../../../domain/webhooks/sweep-webhooks.ts";
import { CreateWebhook } from "../../../domain/webhooks/webhook-input.ts";
import { DAY_MS } from "../../../kit/time.ts";
import { AppParams, wrapped } from "../forms.ts";
import { pushOperation } from "../operation.ts";
import { NewWebhookForm, webhookForm } from "./forms.ts";

export const createWebhook = pushOperation({
  method: "post",
  path: "/apps/{id}/webhooks",
  operationId: "createWebhook",
  summary: "Create a webhook",
  description:
    "Events are POSTed to `url`, which must be https on a public host. Without `secret` one is made; it is " +
    "shown this once. Each delivery is signed: `x-slipway-signature` is `sha256=` and the hex HMAC-SHA-256, " +
    "under the secret, of `x-slipway-timestamp` (Unix seconds), a dot and the raw body. Answer 2xx within " +
    "10 s; redirects are not followed. What fails is tried five times more, n x 15 s apart. Ten deliveries in a " +
    "row that fail so disable the webhook: nothing new is begun for it, and what is pending waits " +
    `${HELD_MS / DAY_MS} days for it to be enabled again. At most ${MAX_WEBHOOKS} an app.`,
  tag: "Webhooks",
  scope: "push:write",
  params: { schema: AppParams, thing: "app" },
  body: CreateWebhook,
  success: { status: 201, description: "The webhook.", schema: wrapped(NewWebhookForm) },
  idempotent: { secrets: ["secret"] },
  run: async (ctx, { params, body }) => {
    const { webhook, secret } = await create(ctx, params.id, body);
    return { data: { ...webhookForm(params.id, webhook), secret } };
  },
});
