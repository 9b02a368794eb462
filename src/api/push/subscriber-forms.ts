// The forms of subscribers in the push API's answers.
import { z } from "@hono/zod-openapi";
import type { Subscriber } from "../../domain/subscribers/find-subscriber.ts";
import { Carrier } from "../../kit/push/credentials.ts";
import { SubscriberPlatform } from "../../kit/push/subscriber-platform.ts";
import { wholeSeconds } from "../../kit/time.ts";
import { Time, timeOrNull } from "./forms.ts";

export const SubscriberForm = z
  .object({
    id: z.uuid().openapi({
      description: "The subscriber's id.",
      example: "0f8fad5b-d9cb-469f-a165-70867728950e",
    }),
    app_id: z
      .uuid()
      .openapi({ description: "The app's id.", example: "6f9619ff-8b86-4d01-b42d-00cf4fc964ff" }),
    platform: SubscriberPlatform.openapi({
      description: "What the subscriber is reached on.",
      example: "web",
    }),
    provider: Carrier.openapi({
      description:
        "Who carries its messages; `inbox`: nobody, since the device has no address and asks for them.",
      example: "webpush",
    }),
    token: z
      .string()
      .nullable()
      .openapi({
        description:
          "The token of FCM or APNs. Both this and `endpoint` are null once another subscriber has registered it, and where " +
          "`provider` is `inbox`.",
      }),
    endpoint: z.url().nullable().openapi({
      example: "https://push.example.com/send/2b7e1516",
      description: "The endpoint of Web Push.",
    }),
    user_id: z.string().nullable().openapi({
      description: "Your own id of the person; null if it is not known.",
      example: "user-42",
    }),
    tags: z.array(z.string()).openapi({
      description: "The subscriber's tags, by which targetings select it.",
      example: ["beta"],
    }),
    language: z
      .string()
      .nullable()
      .openapi({ description: "A BCP 47 tag; null if it is not known.", example: "de-DE" }),
    country: z
      .string()
      .nullable()
      .openapi({ description: "Two letters of ISO 3166; null if it is not known.", example: "DE" }),
    timezone: z.string().nullable().openapi({
      description: "An IANA name or an offset; null if it is not known.",
      example: "Europe/Berlin",
    }),
    status: z.enum(["active", "inactive", "unsubscribed"]).openapi({
      description:
        "`active` ones receive notifications, `inactive` ones have lost their address, `unsubscribed` ones " +
        "want none.",
      example: "active",
    }),
    last_active_at: Time.openapi({ description: "When something was last heard of the device." }),
    unsubscribed_at: Time.nullable().openapi({
      description: "When the subscriber unsubscribed; null if it did not.",
      example: null,
    }),
    created_at: Time.openapi({ description: "When it was created." }),
    updated_at: Time.openapi({ description: "When it was last changed." }),
  })
  .openapi("Subscriber", { description: "A device or browser that receives notifications." });

export const ImportedForm = z
  .object({
    index: z
      .int()
      .openapi({ description: "The place of the row in the request, from 0.", example: 0 }),
    id: z.uuid().optional().openapi({
      description: "The subscriber's id, of a valid row.",
      example: "0f8fad5b-d9cb-469f-a165-70867728950e",
    }),
    created: z.boolean().optional().openapi({
      description: "Whether the row made the subscriber; false if it was known already.",
      example: true,
    }),
    status: z
      .enum(["active", "inactive", "unsubscribed"])
      .optional()
      .openapi({ description: "The subscriber's status now, of a valid row.", example: "active" }),
    error: z.string().optional().openapi({ description: "Why the row was refused." }),
    details: z
      .record(z.string(), z.array(z.string()))
      .optional()
      .openapi({ description: "Phrases about each field of the row that is not valid." }),
  })
  .openapi("ImportedSubscriber", {
    description:
      "The result of one row of an import: `id`, `created` and `status`, or `error` and `details`.",
  });

export function subscriberForm(
  appUuid: string,
  subscriber: Subscriber,
): z.input<typeof SubscriberForm> {
  const isWebPush = subscriber.provider === "webpush";
  return {
    id: subscriber.uuid,
    app_id: appUuid,
    platform: subscriber.platform,
    provider: subscriber.provider,
    token: isWebPush ? null : subscriber.token,
    endpoint: isWebPush ? subscriber.token : null,
    user_id: subscriber.userId,
    tags: subscriber.tags,
    language: subscriber.language,
    country: subscriber.country,
    timezone: subscriber.timezone,
    status: subscriber.status,
    last_active_at: wholeSeconds(subscriber.lastActiveAt),
    unsubscribed_at: timeOrNull(subscriber.unsubscribedAt),
    created_at: wholeSeconds(subscriber.createdAt),
    updated_at: wholeSeconds(subscriber.updatedAt),
  };
}
