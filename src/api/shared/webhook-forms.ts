// The forms of webhooks and their deliveries, alike on API v1 and the push API but for their times and for whose they are.
import { z } from "@hono/zod-openapi";
import { shownOnce } from "./fields.ts";
import { MAX_FAILURES_IN_A_ROW } from "../../domain/webhooks/hold.ts";
import type { Webhook } from "../../domain/webhooks/find-webhook.ts";
import type { WebhookDelivery } from "../../domain/webhooks/list-deliveries.ts";
import { MAX_LOGGED } from "../../domain/webhooks/attempt-log.ts";
import { MAX_ANSWER_BYTES } from "../../domain/webhooks/post.ts";
import { MAX_ATTEMPTS } from "../../domain/webhooks/retry.ts";

/** The form of a surface's times, and the function that makes it from milliseconds. */
export interface SurfaceTime {
  form: z.ZodType<string, string>;
  of: (ms: number) => string;
}

/** The fields of a webhook that have the same form on every surface. */
export function webhookShape<Event extends z.ZodType<string, string>>(
  { form: Time }: SurfaceTime,
  Event: Event & { options: string[] },
) {
  return {
    url: z.url().openapi({
      description: "Where events are POSTed.",
      example: "https://example.com/hooks/slipway",
    }),
    events: z
      .array(Event)
      .openapi({ description: "The events that it is sent.", example: Event.options.slice(-2) }),
    enabled: z.boolean().openapi({ description: "Whether it is sent events." }),
    disabled_at: Time.nullable().openapi({
      description: "When it was disabled, or null.",
      example: null,
    }),
    disabled_reason: z
      .enum(["owner", "gone", "failing"])
      .nullable()
      .openapi({
        description:
          "Why it is disabled: `owner`: a request said so; `gone`: its receiver answered 410; `failing`: nothing " +
          "succeeded for three days. null while it is enabled.",
        example: null,
      }),
    failures_in_a_row: z
      .int()
      .min(0)
      .openapi({
        description:
          "The number of deliveries of which an attempt has failed since the last success; from " +
          `${MAX_FAILURES_IN_A_ROW} on, one delivery at a time is tried and the others wait.`,
      }),
    failing_since: Time.nullable().openapi({
      description: "When the first attempt after the last success failed; null if none has.",
      example: null,
    }),
    last_success_at: Time.nullable().openapi({
      description: "When an attempt succeeded last, to the minute; null if none has.",
    }),
    previous_secret_expires_at: Time.nullable().openapi({
      description:
        "Until when deliveries are also signed by the secret before the last rotation; null if they are not.",
      example: null,
    }),
    created_at: Time.openapi({ description: "When it was created." }),
    updated_at: Time.openapi({ description: "When it was last changed by a request." }),
  };
}

/** Returns those fields of a webhook, but for its events, which the surface knows the type of. */
export function webhookFields({ of: time }: SurfaceTime, webhook: Webhook, now: number) {
  const orNull = (ms: number | null) => (ms === null ? null : time(ms));
  const endsAt = webhook.previousSecretEndsAt;
  return {
    url: webhook.url,
    enabled: webhook.enabled,
    disabled_at: orNull(webhook.disabledAt),
    disabled_reason: disabledReason(webhook),
    failures_in_a_row: webhook.failuresInARow,
    failing_since: orNull(webhook.failingSince),
    last_success_at: orNull(webhook.lastSuccessAt),
    previous_secret_expires_at: endsAt !== null && endsAt > now ? time(endsAt) : null,
    created_at: time(webhook.createdAt),
    updated_at: time(webhook.updatedAt),
  };
}

function disabledReason({ enabled, disabledReason: reason }: Webhook) {
  return enabled ? null : (reason ?? ("owner" as const));
}

/** The field of answers that show a secret. */
export const ShownSecret = shownOnce(
  "The secret with which deliveries are signed.",
  "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
);

/** The form of what is known of each attempt. */
function attemptLogForm(Time: SurfaceTime["form"]) {
  return z
    .array(
      z.object({
        attempt: z.int().min(1).max(MAX_ATTEMPTS).openapi({ description: "Which attempt it was." }),
        attempted_at: Time.openapi({ description: "When it began." }),
        duration_ms: z.int().min(0).openapi({ description: "How long it took, in milliseconds." }),
        response_status: z.int().nullable().openapi({
          description: "The status that it was answered with; null without an answer.",
        }),
        error: z.string().nullable().openapi({
          description: "Why there was no answer; null if there was one.",
        }),
      }),
    )
    .max(MAX_LOGGED)
    .openapi({
      description:
        `How each attempt went, the oldest first: the newest ${MAX_LOGGED}, also of before a replay, which counts from 1 ` +
        "again. One that was cut off is missing.",
      example: [
        {
          attempt: 1,
          attempted_at: "2025-06-14T12:00:01Z",
          duration_ms: 85,
          response_status: 200,
          error: null,
        },
      ],
    });
}

/** The form of a delivery. */
export function deliveryForm({ form: Time }: SurfaceTime) {
  return z.object({
    id: z.uuid().openapi({
      description:
        "The value of the headers `webhook-id` and `x-slipway-delivery`; retries and replays have the same.",
      example: "a3bb189e-8bf9-4888-9912-ace4e6543002",
    }),
    event: z.string().openapi({
      description: "The event; `webhook.test` for a test.",
      example: "build.completed",
    }),
    payload: z.record(z.string(), z.unknown()).openapi({
      description: "The request body.",
      example: {
        id: "c56a4180-65aa-42ec-a945-5fd21dec0538",
        type: "build.completed",
        event: "build.completed",
        timestamp: "2025-06-14T12:00:00.000Z",
        created_at: "2025-06-14T12:00:00Z",
        data: { build_id: 12, status: "completed" },
        app_id: "6f9619ff-8b86-4d01-b42d-00cf4fc964ff",
      },
    }),
    status: z.enum(["pending", "delivered", "failed"]).openapi({
      description: "`pending` until it was answered with 2xx or its last attempt has failed.",
      example: "delivered",
    }),
    attempts: z
      .int()
      .min(0)
      .max(MAX_ATTEMPTS)
      .openapi({ description: "The number of attempts so far; a replay begins anew.", example: 1 }),
    response_status: z.int().nullable().openapi({
      description: "The status that the last attempt was answered with, or null.",
      example: 200,
    }),
    response_body: z
      .string()
      .nullable()
      .openapi({
        description:
          `The beginning of that answer's body as text, of at most ${MAX_ANSWER_BYTES} bytes, as far as it came within ` +
          "a second; null without an answer.",
        example: "ok",
      }),
    error: z
      .string()
      .nullable()
      .openapi({ description: "Why the last attempt, or the delivery, failed; or null." }),
    attempt_log: attemptLogForm(Time),
    attempted_at: Time.nullable().openapi({ description: "When the last attempt began." }),
    duration_ms: z.int().min(0).nullable().openapi({
      description: "How long the last attempt took, in milliseconds; null before it ended.",
      example: 85,
    }),
    next_attempt_at: Time.nullable().openapi({
      description:
        "null if the delivery has ended or, while it is pending, is held: until the webhook is enabled, until the " +
        "pause that its receiver asked for is over, or while another delivery is tried.",
      example: null,
    }),
    created_at: Time.openapi({ description: "When the event happened." }),
    ended_at: Time.nullable().openapi({
      description: "When it was delivered or failed for good; null while it is pending.",
    }),
  });
}

/** Returns a delivery in that form. */
export function deliveryFields(
  { of: time }: SurfaceTime,
  delivery: WebhookDelivery,
): z.input<ReturnType<typeof deliveryForm>> {
  const orNull = (ms: number | null) => (ms === null ? null : time(ms));
  return {
    id: delivery.uuid,
    event: delivery.event,
    payload: JSON.parse(delivery.body),
    status: delivery.status,
    attempts: delivery.attempts,
    response_status: delivery.responseStatus,
    response_body: delivery.responseBody,
    error: delivery.error,
    attempt_log: delivery.attemptLog.map(({ attempt, at, ms, status, error }) => ({
      attempt,
      attempted_at: time(at),
      duration_ms: ms,
      response_status: status,
      error: error ?? null,
    })),
    attempted_at: orNull(delivery.attemptedAt),
    duration_ms: delivery.durationMs,
    next_attempt_at: orNull(delivery.nextAttemptAt),
    created_at: time(delivery.createdAt),
    ended_at: orNull(delivery.endedAt),
  };
}
