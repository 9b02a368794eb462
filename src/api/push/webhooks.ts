// Webhooks, the URLs that receive an app's events, and their deliveries.
import { z } from "@hono/zod-openapi";
import { findPushApp } from "../../domain/apps/find-app.ts";
import { createWebhook as create, MAX_WEBHOOKS } from "../../domain/webhooks/create-webhook.ts";
import { deleteWebhook as deleteOne } from "../../domain/webhooks/delete-webhook.ts";
import { MAX_DELIVERIES } from "../../domain/webhooks/emit.ts";
import { WebhookEvent } from "../../domain/webhooks/events.ts";
import { listWebhooks as list, type Webhook } from "../../domain/webhooks/find-webhook.ts";
import {
  listDeliveries as deliveriesOf,
  type WebhookDelivery,
} from "../../domain/webhooks/list-deliveries.ts";
import { sendTest } from "../../domain/webhooks/send-test.ts";
import { HELD_MS, LOG_MS } from "../../domain/webhooks/recover-deliveries.ts";
import { updateWebhook as update } from "../../domain/webhooks/update-webhook.ts";
import { CreateWebhook, UpdateWebhook } from "../../domain/webhooks/webhook-input.ts";
import { DAY_MS, wholeSeconds } from "../../kit/time.ts";
import { shownOnce } from "../shared/fields.ts";
import { Uuid } from "../shared/requests.ts";
import { AppParams, LimitOffset, listOf, OK, OkForm, Time, timeOrNull, wrapped } from "./forms.ts";
import { pushOperation } from "./operation.ts";

const WebhookParams = z.object({
  id: Uuid.openapi({ description: "The id of the app." }),
  webhook_id: Uuid.openapi({ description: "The id of the webhook." }),
});

const WebhookForm = z
  .object({
    id: z.uuid().openapi({
      description: "The webhook's id.",
      example: "3f333df6-90a4-4fda-8dd3-9485d27cee36",
    }),
    app_id: z
      .uuid()
      .openapi({ description: "The app's id.", example: "6f9619ff-8b86-4d01-b42d-00cf4fc964ff" }),
    url: z.url().openapi({
      description: "Where events are POSTed.",
      example: "https://example.com/hooks/slipway",
    }),
    events: z
      .array(WebhookEvent)
      .openapi({ description: "The events that it is sent.", example: ["notification.sent"] }),
    enabled: z.boolean().openapi({ description: "Whether it is sent anything.", example: true }),
    failures_in_a_row: z.int().openapi({
      example: 0,
      description:
        "The number of failed deliveries since the last success; ten disable the webhook.",
    }),
    created_at: Time.openapi({ description: "When it was created." }),
    updated_at: Time.openapi({ description: "When it was last changed." }),
  })
  .openapi("Webhook", { description: "A URL that is sent an app's events." });

/** The only answer that shows the secret. A replay leaves it out. */
const NewWebhookForm = WebhookForm.extend({
  secret: shownOnce(
    "The secret with which deliveries are signed.",
    "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
  ),
}).openapi("NewWebhook", { description: "A new webhook with its secret." });

const DeliveryForm = z
  .object({
    id: z.uuid().openapi({
      example: "a3bb189e-8bf9-4888-9912-ace4e6543002",
      description: "The value of the `x-slipway-delivery` header; retries have the same.",
    }),
    event: z
      .string()
      .openapi({ description: "The event that it tells of.", example: "notification.sent" }),
    payload: z.record(z.string(), z.unknown()).openapi({
      example: {
        id: "c56a4180-65aa-42ec-a945-5fd21dec0538",
        event: "notification.sent",
        created_at: "2025-06-14T12:00:00Z",
        data: {},
        app_id: "6f9619ff-8b86-4d01-b42d-00cf4fc964ff",
      },
      description: "The request body.",
    }),
    status: z.enum(["pending", "delivered", "failed"]).openapi({
      description:
        "`pending`: it is due, or due again; `delivered`: the receiver took it; `failed`: it was given up.",
      example: "delivered",
    }),
    attempts: z.int().openapi({ description: "How often it was tried.", example: 1 }),
    response_status: z.int().nullable().openapi({
      description: "The status of the receiver's last answer; null if there was none.",
      example: 200,
    }),
    error: z
      .string()
      .nullable()
      .openapi({ description: "Why the last attempt failed; null if it did not." }),
    next_attempt_at: Time.nullable().openapi({
      description:
        "null if the delivery has ended or, while it is pending, waits until the webhook is enabled.",
    }),
    created_at: Time.openapi({ description: "When the event happened." }),
  })
  .openapi("WebhookDelivery", { description: "One event for one webhook, with all its attempts." });

/** The documentation of how many deliveries there are, and for how long. */
const DELIVERIES =
  `Deliveries are kept for ${LOG_MS / DAY_MS} days. A webhook has at most ${MAX_DELIVERIES}: the oldest that ended make ` +
  "room for new ones, and while the hundred oldest wait no more are made.";

export const listWebhooks = pushOperation({
  method: "get",
  path: "/apps/{id}/webhooks",
  operationId: "listWebhooks",
  summary: "List an app's webhooks",
  tag: "Webhooks",
  scope: "push:read",
  params: { schema: AppParams, thing: "app" },
  success: { status: 200, description: "All webhooks, oldest first.", schema: listOf(WebhookForm) },
  run: async (ctx, { params }) => {
    const webhooks = await list(ctx, await findPushApp(ctx, params.id));
    return { data: webhooks.map((webhook) => webhookForm(params.id, webhook)) };
  },
});

export const createWebhook = pushOperation({
  method: "post",
  path: "/apps/{id}/webhooks",
  operationId: "createWebhook",
  summary: "Create a webhook",
  description:
    "Events are POSTed to `url`, which must be https on a public host. If `secret` is absent, one is generated. It " +
    "is shown only in this response. Each delivery is signed: `x-slipway-signature` is `sha256=` and the hex " +
    "HMAC-SHA-256, under the secret, of `x-slipway-timestamp` (Unix seconds), a dot and the raw body. Respond with " +
    "2xx within 10 s; redirects are not followed. A failed delivery is retried five times, n x 15 s apart. Ten " +
    "consecutive failed deliveries disable the webhook: no new deliveries are made, and pending ones wait up to " +
    `${HELD_MS / DAY_MS} days until it is enabled again. An app can have at most ${MAX_WEBHOOKS} webhooks. ${DELIVERIES}`,
  tag: "Webhooks",
  scope: "push:write",
  params: { schema: AppParams, thing: "app" },
  body: CreateWebhook,
  success: { status: 201, description: "The webhook.", schema: wrapped(NewWebhookForm) },
  idempotent: { secrets: ["secret"] },
  run: async (ctx, { params, body }) => {
    const app = await findPushApp(ctx, params.id);
    const { webhook, secret } = await create(ctx, app, body);
    return { data: { ...webhookForm(params.id, webhook), secret } };
  },
});

export const updateWebhook = pushOperation({
  method: "patch",
  path: "/apps/{id}/webhooks/{webhook_id}",
  operationId: "updateWebhook",
  summary: "Update a webhook",
  description:
    "Changes only the given fields. `enabled: true` also resets the count of failures, and the deliveries that waited " +
    "are sent.",
  tag: "Webhooks",
  scope: "push:write",
  params: { schema: WebhookParams, thing: "webhook" },
  body: UpdateWebhook,
  success: { status: 200, description: "The changed webhook.", schema: wrapped(WebhookForm) },
  run: async (ctx, { params, body }) => {
    const webhook = await update(ctx, params.id, params.webhook_id, body);
    return { data: webhookForm(params.id, webhook) };
  },
});

export const deleteWebhook = pushOperation({
  method: "delete",
  path: "/apps/{id}/webhooks/{webhook_id}",
  operationId: "deleteWebhook",
  summary: "Delete a webhook",
  description: "Deletes its deliveries too; pending ones are not sent.",
  tag: "Webhooks",
  scope: "push:write",
  params: { schema: WebhookParams, thing: "webhook" },
  success: { status: 200, description: "The webhook was deleted.", schema: OkForm },
  run: async (ctx, { params }) => {
    await deleteOne(ctx, params.id, params.webhook_id);
    return OK;
  },
});

export const listDeliveries = pushOperation({
  method: "get",
  path: "/apps/{id}/webhooks/{webhook_id}/deliveries",
  operationId: "listWebhookDeliveries",
  summary: "List a webhook's deliveries",
  description: DELIVERIES,
  tag: "Webhooks",
  scope: "push:read",
  params: { schema: WebhookParams, thing: "webhook" },
  query: LimitOffset,
  success: {
    status: 200,
    description: "The deliveries, newest first.",
    schema: listOf(DeliveryForm),
  },
  run: async (ctx, { params, query }) => {
    const deliveries = await deliveriesOf(ctx, params.id, params.webhook_id, query);
    return { data: deliveries.map(deliveryForm) };
  },
});

export const testWebhook = pushOperation({
  method: "post",
  path: "/apps/{id}/webhooks/{webhook_id}/test",
  operationId: "testWebhook",
  summary: "Send a webhook a test event",
  description: `Sends the event \`webhook.test\`. The list of deliveries shows the result. ${DELIVERIES}`,
  tag: "Webhooks",
  scope: "push:write",
  params: { schema: WebhookParams, thing: "webhook" },
  idempotent: { secrets: [] },
  refusals: { 422: "The webhook is disabled, or as many deliveries wait as it can have." },
  success: { status: 200, description: "The new delivery.", schema: wrapped(DeliveryForm) },
  run: async (ctx, { params }) => ({
    data: deliveryForm(await sendTest(ctx, params.id, params.webhook_id)),
  }),
});

function webhookForm(appUuid: string, webhook: Webhook): z.input<typeof WebhookForm> {
  return {
    id: webhook.uuid,
    app_id: appUuid,
    url: webhook.url,
    events: webhook.events as WebhookEvent[],
    enabled: webhook.enabled,
    failures_in_a_row: webhook.failuresInARow,
    created_at: wholeSeconds(webhook.createdAt),
    updated_at: wholeSeconds(webhook.updatedAt),
  };
}

function deliveryForm(delivery: WebhookDelivery): z.input<typeof DeliveryForm> {
  return {
    id: delivery.uuid,
    event: delivery.event,
    payload: JSON.parse(delivery.body),
    status: delivery.status,
    attempts: delivery.attempts,
    response_status: delivery.responseStatus,
    error: delivery.error,
    next_attempt_at: timeOrNull(delivery.nextAttemptAt),
    created_at: wholeSeconds(delivery.createdAt),
  };
}
