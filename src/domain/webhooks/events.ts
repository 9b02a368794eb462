// The events that webhooks can be sent, and the body they are sent.
import { z } from "zod";
import { wholeSeconds } from "../../kit/time.ts";

/** The events that an owner can subscribe a webhook to. */
export const WebhookEvent = z.enum([
  "notification.sent",
  "notification.failed",
  "notification.clicked",
  "subscriber.created",
  "subscriber.unsubscribed",
  "build.completed",
  "build.failed",
]);
export type WebhookEvent = z.infer<typeof WebhookEvent>;

/** The event that is sent when an owner tests a webhook, whatever events it wants. */
export const TEST_EVENT = "webhook.test";

/**
 * The body that a webhook is sent, without the app's id. `id` is the event's, the same for every webhook; `at` is in
 * ms.
 */
export function eventBody(
  event: WebhookEvent | typeof TEST_EVENT,
  data: object,
  at: number,
): { id: string; event: string; created_at: string; data: object } {
  return { id: crypto.randomUUID(), event, created_at: wholeSeconds(at), data };
}
