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

/** Those of them that an account's own webhooks can be sent, of all its apps. */
export const AccountEvent = WebhookEvent.extract(["build.completed", "build.failed"]);

/** The event that is sent when an owner tests a webhook, whatever events it wants. */
export const TEST_EVENT = "webhook.test";

/**
 * The body that a webhook is sent, without the app's id. `id` is the event's, the same for every webhook; `at`, when it
 * happened, is in ms. `type`, `timestamp` and `data` are those of Standard Webhooks 1.0.
 */
export function eventBody(
  event: WebhookEvent | typeof TEST_EVENT,
  data: object,
  at: number,
): {
  id: string;
  type: string;
  event: string;
  timestamp: string;
  created_at: string;
  data: object;
} {
  const times = { timestamp: new Date(at).toISOString(), created_at: wholeSeconds(at) };
  return { id: crypto.randomUUID(), type: event, event, ...times, data };
}
