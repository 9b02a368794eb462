// What webhooks can be told of, and what they are told.
import { z } from "zod";
import { wholeSeconds } from "../../kit/time.ts";

/** What an owner can subscribe a webhook to. */
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

/** What a webhook gets when its owner asks for a test, whatever it is subscribed to. */
export const TEST_EVENT = "webhook.test";

/** What a webhook is sent, but for the app's id; `id` is the event's, the same for every webhook that gets it. */
export function eventBody(
  event: WebhookEvent | typeof TEST_EVENT,
  data: object,
  at: number,
): { id: string; event: string; created_at: string; data: object } {
  return { id: crypto.randomUUID(), event, created_at: wholeSeconds(at), data };
}
