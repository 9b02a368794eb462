// The requests that receivers get: the events of webhooks, and the callbacks of channels. They are documentation, since
// the bodies are made where things happen, in one statement with the change (domain/webhooks/emit.ts,
// domain/channels/callbacks.ts). A test holds them against what is really sent.
import { z, type OpenAPIHono } from "@hono/zod-openapi";
import { AccountEvent, TEST_EVENT, type WebhookEvent } from "../domain/webhooks/events.ts";
import { FAILURE_REASON } from "./shared/results.ts";
import { BuildFormat, BuildType } from "../protocol/builder.ts";
import { SubscriberPlatform } from "../kit/push/subscriber-platform.ts";

type Registry = OpenAPIHono["openAPIRegistry"];

const Time = z.string().openapi({ format: "date-time", example: "2025-06-14T12:00:00Z" });
const uuid = (description: string) =>
  z.uuid().openapi({ description, example: "7c9e6679-7425-40de-944b-e07fc1f90ae7" });
const count = (description: string, example: number) => z.int().openapi({ description, example });

/** The end of a notification. */
const ended = (status: "sent" | "failed") =>
  z.object({
    notification_id: uuid("The notification's id in the push API."),
    status: z.literal(status).openapi({ description: "How it ended." }),
    failure_reason: z
      .string()
      .nullable()
      .openapi({
        description: FAILURE_REASON,
        example: status === "failed" ? "no recipient could be reached" : null,
      }),
    sent_at: Time.openapi({ description: "When sending ended." }),
    stats: z
      .object({
        total_count: count("How many subscribers the targeting selected.", 120),
        total_batches: count("How many batches the audience was cut into, of at most 50 each.", 3),
        completed_batches: count("How many of these are finished.", 3),
        sent_count: count(
          "For how many recipients a provider accepted the message.",
          status === "sent" ? 118 : 0,
        ),
        failed_count: count(
          "For how many recipients it could not be sent.",
          status === "sent" ? 2 : 120,
        ),
      })
      .openapi({ description: "Counters of its delivery." }),
  });

const Clicked = z.object({
  notification_id: uuid("The notification's id in the push API."),
  subscriber_id: uuid("The subscriber that clicked.").nullable().openapi({
    description: "The subscriber that clicked; null if it was deleted at the same time.",
  }),
  clicked_at: Time.openapi({ description: "When it was clicked." }),
});

/** A subscriber that registered or unsubscribed. */
const subscriber = (status: "active" | "unsubscribed") =>
  z.object({
    id: uuid("The subscriber's id."),
    platform: SubscriberPlatform.openapi({ description: "What it is reached on." }),
    user_id: z
      .string()
      .nullable()
      .openapi({ description: "Your own id of the person; null if it is not known." }),
    tags: z.array(z.string()).openapi({ description: "Its tags.", example: ["beta"] }),
    language: z
      .string()
      .nullable()
      .openapi({ description: "A BCP 47 tag; null if it is not known." }),
    country: z
      .string()
      .nullable()
      .openapi({ description: "Two letters of ISO 3166; null if it is not known." }),
    timezone: z
      .string()
      .nullable()
      .openapi({ description: "An IANA name or an offset; null if it is not known." }),
    status: z.literal(status).openapi({ description: "Its status now." }),
    created_at: Time.openapi({ description: "When it was created." }),
  });

/** The end of a build. */
const build = (status: "completed" | "failed") =>
  z.object({
    build_id: count("The build's id.", 12),
    status: z.literal(status).openapi({ description: "How it ended." }),
    build_type: BuildType.openapi({ description: "What was asked for." }),
    build_format: BuildFormat.openapi({ description: "What was asked for." }),
    version_name: z
      .string()
      .openapi({ description: "The app's version, as people see it.", example: "1.0.0" }),
    version_code: count("The same, as Android compares it.", 1),
    certificate_sha256: z.string().openapi({
      description: "The SHA-256 of the certificate that signs it, in hex.",
      example: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    }),
    proof: z.boolean().openapi({
      description:
        "Whether it is the proof of who owns the package name (`adi_token`), and so no release.",
      example: false,
    }),
    error: z
      .object({
        code: z.string().openapi({ description: "A code for programs.", example: "icon_invalid" }),
        message: z
          .string()
          .openapi({ description: "What went wrong.", example: "The icon can't be drawn." }),
      })
      .nullable()
      .openapi({
        description: "Why it failed; null of a build that was completed.",
        example:
          status === "failed"
            ? { code: "icon_invalid", message: "The icon can't be drawn." }
            : null,
      }),
    completed_at: Time.openapi({ description: "When it ended." }),
  });

type Event = WebhookEvent | typeof TEST_EVENT;

/** What each event says: when it is sent, and its `data`. */
const events = (): Record<Event, { when: string; data: z.ZodObject }> => ({
  "notification.sent": { when: "A notification was sent to everybody.", data: ended("sent") },
  "notification.failed": { when: "A notification failed as a whole.", data: ended("failed") },
  "notification.clicked": { when: "Somebody clicked a notification.", data: Clicked },
  "subscriber.created": { when: "A device or browser registered.", data: subscriber("active") },
  "subscriber.unsubscribed": {
    when: "A subscriber unsubscribed.",
    data: subscriber("unsubscribed"),
  },
  "build.completed": { when: "A build was completed.", data: build("completed") },
  "build.failed": { when: "A build failed.", data: build("failed") },
  [TEST_EVENT]: {
    when: "An owner tests the webhook, whatever events it wants.",
    data: z.object({ webhook_id: uuid("The webhook's id.") }),
  },
});

/** The headers of Standard Webhooks 1.0. */
const STANDARD = {
  "webhook-id": z.string().openapi({
    description: "The delivery's id, as Standard Webhooks 1.0 has it; retries have the same.",
  }),
  "webhook-timestamp": z
    .string()
    .openapi({ description: "When this attempt was made, in Unix seconds." }),
  "webhook-signature": z.string().openapi({
    description:
      "`v1,` and the HMAC-SHA-256, in base64, of `webhook-id`, a dot, `webhook-timestamp`, a dot and the raw body. Where " +
      "two secrets count, it is both, with a space between them.",
  }),
};

const SIGNED = z.object({
  "x-slipway-event": z
    .string()
    .openapi({ description: "The event.", example: "notification.sent" }),
  "x-slipway-delivery": uuid("The delivery's id; retries and replays have the same."),
  "x-slipway-timestamp": z.string().openapi({
    description: "When this attempt was made, in Unix seconds.",
    example: "1749902400",
  }),
  "x-slipway-signature": z.string().openapi({
    description:
      "`sha256=` and the HMAC-SHA-256, in hex, of `x-slipway-timestamp`, a dot and the raw body, under the webhook's secret.",
  }),
  ...STANDARD,
});

const App = z.uuid().openapi({
  description: "The app's id in the push API.",
  example: "6f9619ff-8b86-4d01-b42d-00cf4fc964ff",
});

/** The whole body of an event. */
function envelope(event: Event, data: z.ZodObject) {
  return z.object({
    id: uuid("The event's id, the same for every webhook and every attempt."),
    type: z
      .literal(event)
      .openapi({ description: "The event, as Standard Webhooks 1.0 names it." }),
    event: z.literal(event).openapi({ description: "The event." }),
    timestamp: Time.openapi({
      description: "When it happened.",
      example: "2025-06-14T12:00:00.000Z",
    }),
    created_at: Time.openapi({ description: "When it happened, in whole seconds." }),
    data: data.openapi({ description: "What happened." }),
    app_id:
      event === TEST_EVENT
        ? App.nullable().openapi({
            description: "The app's id in the push API; null of the account's own webhooks.",
          })
        : App,
  });
}

/** Where an event is sent. */
function receivers(event: Event): string {
  if (event === TEST_EVENT) return "POSTed to the webhook that is tested.";
  return AccountEvent.safeParse(event).success
    ? "POSTed to the webhooks of the app, and to those of its account, that want this event."
    : "POSTed to the webhooks of the app that want this event.";
}

const Callback = z
  .object({
    type: z.enum(["subscription", "unsubcription"]).openapi({
      description: "Whether a person subscribed or left; the second is spelt so.",
    }),
    message: z.string().openapi({
      description: "The same as a sentence.",
      example: "A client has subscribed to the channel.",
    }),
    channelId: z.string().openapi({
      description: "The channel's id.",
      example: "63c7e1a49b02d1f59423bb38",
    }),
    iuid: z.string().openapi({ description: "Your own id of the person.", example: "user-42" }),
    date: z
      .int()
      .openapi({ description: "When it happened, in Unix seconds.", example: 1704067200 }),
  })
  .openapi("ChannelCallback", { description: "What a channel's callback is told." });

/** Adds the webhooks to the document. */
export function registerWebhooks(registry: Registry): void {
  const answers = {
    "2XX": {
      description:
        "Any such status within 10 s: the delivery was taken. The beginning of the body is kept with the delivery.",
    },
    410: { description: "The receiver is gone: the webhook is disabled at once." },
    default: {
      description:
        "Any other status, which is no success: it is tried again later, not before `Retry-After` says.",
    },
  };
  for (const [event, { when, data }] of Object.entries(events())) {
    const name = event.replaceAll(/(?:^|[._])(\w)/g, (_, letter: string) => letter.toUpperCase());
    registry.registerWebhook({
      method: "post",
      path: event,
      operationId: `on${name}`,
      summary: when.replace(/\.$/, ""),
      description: `${when} ${receivers(event as Event)}`,
      tags: ["Webhooks"],
      security: [],
      // no request of our callers: generators of clients leave it out, and make its payload
      "x-internal": true,
      request: {
        headers: SIGNED,
        body: {
          required: true,
          content: {
            "application/json": {
              schema: envelope(event as Event, data).openapi(`${name}Event`, { description: when }),
            },
          },
        },
      },
      responses: answers,
    });
  }
  registry.registerWebhook({
    method: "post",
    path: "channel.callback",
    operationId: "onChannelCallback",
    summary: "Somebody subscribed to a channel, or left it",
    description: "POSTed to the `callback_url` of the channel.",
    tags: ["Channels"],
    security: [],
    // no request of our callers: generators of clients leave it out, and make its payload
    "x-internal": true,
    request: {
      headers: z.object({
        Authorization: z
          .string()
          .openapi({ description: "`Basic` and the channel's `callback_secret`." }),
        ...STANDARD,
      }),
      body: { required: true, content: { "application/json": { schema: Callback } } },
    },
    responses: answers,
  });
}
