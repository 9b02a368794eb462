// Webhooks and their log as the push API shows them.
import { z } from "@hono/zod-openapi";
import type { Webhook } from "../../../domain/webhooks/find-webhook.ts";
import type { Delivery } from "../../../domain/webhooks/list-deliveries.ts";
import { WebhookEvent } from "../../../domain/webhooks/events.ts";
import { wholeSeconds } from "../../../kit/time.ts";
import { Time, Uuid } from "../forms.ts";

export const WebhookParams = z.object({ id: Uuid, webhook_id: Uuid });

export const WebhookForm = z
  .object({
    id: z.uuid(),
    app_id: z.uuid(),
    url: z.url(),
    events: z.array(WebhookEvent),
    enabled: z.boolean(),
    failures_in_a_row: z.int().openapi({
      description: "Deliveries that failed since the last that succeeded; the tenth disables.",
    }),
    created_at: Time,
    updated_at: Time,
  })
  .openapi("Webhook");

/** The one answer that shows the secret; a replay leaves it out. */
export const NewWebhookForm = WebhookForm.extend({ secret: z.string() }).openapi("NewWebhook");

export function webhookForm(appUuid: string, webhook: Webhook): z.input<typeof WebhookForm> {
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

export const DeliveryForm = z
  .object({
    id: z.uuid().openapi({ description: "The x-slipway-delivery header, the same over retries." }),
    event: z.string(),
    payload: z.record(z.string(), z.unknown()).openapi({ description: "The body that is sent." }),
    status: z.enum(["pending", "delivered", "failed"]),
    attempts: z.int(),
    response_status: z.int().nullable(),
    error: z.string().nullable(),
    next_attempt_at: Time.nullable().openapi({
      description: "null: it is over, or, while pending, waits for the webhook to be enabled.",
    }),
    created_at: Time,
  })
  .openapi("WebhookDelivery");

export function deliveryForm(delivery: Delivery): z.input<typeof DeliveryForm> {
  return {
    id: delivery.uuid,
    event: delivery.event,
    payload: JSON.parse(delivery.body),
    status: delivery.status,
    attempts: delivery.attempts,
    response_status: delivery.responseStatus,
    error: delivery.error,
    next_attempt_at: delivery.nextAttemptAt === null ? null : wholeSeconds(delivery.nextAttemptAt),
    created_at: wholeSeconds(delivery.createdAt),
  };
}
