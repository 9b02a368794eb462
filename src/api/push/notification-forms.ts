// The forms of notifications in the push API's answers and requests.
import { z } from "@hono/zod-openapi";
import type { App } from "../../domain/apps/find-app.ts";
import type { AudienceSize } from "../../domain/audiences/audience.ts";
import {
  ContentFields,
  type NotificationContent,
} from "../../domain/notifications/content-fields.ts";
import { NotificationStatus } from "../../domain/notifications/list-notifications.ts";
import { ScheduleFields } from "../../domain/notifications/schedule.ts";
import { EVERYBODY, type Audience } from "../../domain/audiences/targeting.ts";
import type { Notification } from "../../domain/notifications/find-notification.ts";
import { Provider } from "../../kit/push/credentials.ts";
import { wholeSeconds } from "../../kit/time.ts";
import { Uuid } from "../shared/requests.ts";
import { FAILURE_REASON } from "../shared/results.ts";
import { Time, timeOrNull } from "./forms.ts";
import { GivenTargeting, ShownTargeting } from "./targeting-forms.ts";

export const NotificationParams = z.object({
  id: Uuid.openapi({ description: "The id of the app." }),
  notification_id: Uuid.openapi({ description: "The id of the notification." }),
});

/** Documentation of the fields of a new notification, which are validated by the domain's schemas. */
export const GivenNotification = z.strictObject({
  ...ContentFields,
  targeting: GivenTargeting,
  ...ScheduleFields,
});

/** The same for a change: absent fields stay as they are, so that no field has a default. */
export const ChangedNotification = z.strictObject(
  Object.fromEntries(
    Object.entries(GivenNotification.shape).map(([name, field]) => [
      name,
      (field instanceof z.ZodDefault ? field.unwrap().meta({ ...field.meta() }) : field).optional(),
    ]),
  ),
);

const Json = z.record(z.string(), z.unknown());

export const NotificationForm = z
  .object({
    id: z.uuid().openapi({
      description: "The notification's id in this API.",
      example: "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    }),
    v1_id: z.int().openapi({ example: 31, description: "The id of the notification in API v1." }),
    app_id: z
      .uuid()
      .openapi({ description: "The app's id.", example: "6f9619ff-8b86-4d01-b42d-00cf4fc964ff" }),
    title: z.string().openapi({ description: "Its title.", example: "New in 2.0" }),
    body: z.string().openapi({ description: "Its text.", example: "Have a look at what changed." }),
    icon: z
      .url()
      .nullable()
      .openapi({ description: "The small picture; null: the app's default." }),
    image: z.url().nullable().openapi({
      description: "The large picture; null if there is none.",
      example: "https://example.com/picture.png",
    }),
    url: z.url().nullable().openapi({
      description: "What a click opens; null: the app's default.",
      example: "https://example.com/new",
    }),
    actions: z
      .array(
        z.object({
          title: z.string().openapi({ description: "What the button says.", example: "Read" }),
          action: z.string().openapi({
            description:
              "The button's name, by which clicks are told; `dismiss` only closes the notification.",
            example: "open_url",
          }),
          url: z.url().optional().openapi({
            description: "What the button opens; where it is absent, the notification's `url`.",
            example: "https://example.com/read",
          }),
        }),
      )
      .openapi({ description: "Its buttons." }),
    data: Json.nullable().openapi({
      description: "Your own keys and values, which are delivered along; null if there are none.",
      example: { order: 1001 },
    }),
    targeting: ShownTargeting.openapi({ description: "Which subscribers it is for." }),
    platform_overrides: z
      .object({
        android: Json.nullable().openapi({ description: "For Android." }),
        ios: Json.nullable().openapi({ description: "For iOS." }),
        web: Json.nullable().openapi({ description: "For browsers." }),
      })
      .partial()
      .nullable()
      .openapi({
        description:
          "Fields that replace, for subscribers of one platform, what the notification says; null if there are " +
          "none.",
      }),
    translations: z
      .record(
        z.string(),
        z.object({
          title: z
            .string()
            .openapi({ description: "The title in this language.", example: "Neu in 2.0" }),
          body: z.string().openapi({
            description: "The text in this language.",
            example: "Schau dir an, was neu ist.",
          }),
          icon: z
            .url()
            .nullish()
            .openapi({ description: "The small picture; null or absent: the notification's own." }),
          image: z
            .url()
            .nullish()
            .openapi({ description: "The large picture; null or absent: the notification's own." }),
          url: z.url().nullish().openapi({
            description: "What a click opens; null or absent: the notification's own.",
          }),
        }),
      )
      .nullable()
      .openapi({
        description: "What it says in other languages, by BCP 47 tag; null if there are none.",
      }),
    ttl: z.int().openapi({
      description: "How long providers keep the message for a device that is offline, in seconds.",
      example: 86400,
    }),
    urgency: z.enum(["very-low", "low", "normal", "high"]).openapi({
      description:
        "How urgent the message is, as Web Push has it (RFC 8030); FCM and APNs get the priority that is " +
        "closest.",
      example: "normal",
    }),
    collapse_id: z.string().nullable().openapi({
      description:
        "What makes a later message replace an earlier one on the device; null: the notification's id.",
    }),
    status: NotificationStatus.openapi({
      description:
        "`draft`; `scheduled`; `sending`: subscribers are gone through; `finalizing`: every recipient has an " +
        "outcome; `sent`, `failed` and `cancelled` are how it can end.",
      example: "sent",
    }),
    scheduled_at: Time.nullable().openapi({
      description:
        "When it is to be sent, of a local time in the first zone of the audience; null if it is not " +
        "scheduled.",
    }),
    scheduled_local: z.string().nullable().openapi({
      description:
        "When it is to be sent in each subscriber's own time zone, to the minute; null if not so.",
    }),
    sent_at: Time.nullable().openapi({ description: "When sending had ended; null before that." }),
    failure_reason: z.string().nullable().openapi({ description: FAILURE_REASON }),
    stats: z
      .object({
        total_count: z
          .int()
          .openapi({ description: "How many subscribers the targeting selected.", example: 120 }),
        total_batches: z.int().openapi({
          description: "How many batches the audience was cut into, of at most 50 each.",
          example: 3,
        }),
        completed_batches: z
          .int()
          .openapi({ description: "How many of these are finished.", example: 3 }),
        sent_count: z.int().openapi({
          description: "For how many recipients a provider accepted the message.",
          example: 118,
        }),
        failed_count: z
          .int()
          .openapi({ description: "For how many recipients it could not be sent.", example: 2 }),
        delivered_count: z
          .int()
          .openapi({ description: "How many devices confirmed that it arrived.", example: 90 }),
        clicked_count: z.int().openapi({ description: "How many people clicked it.", example: 12 }),
      })
      .openapi({ description: "Counters of its delivery, all 0 until sending begins." }),
    created_at: Time.openapi({ description: "When it was created." }),
    updated_at: Time.openapi({ description: "When it was last changed." }),
  })
  .openapi("PushNotification", { description: "A notification as the push API represents it." });

export const EstimateForm = z
  .object({
    total_count: z.int().openapi({
      description: "How many active subscribers the targeting selects at present.",
      example: 120,
    }),
    by_platform: z
      .object({
        web: z.int().openapi({ description: "Browsers.", example: 80 }),
        ios: z.int().openapi({ description: "iPhones and iPads.", example: 10 }),
        android: z.int().openapi({ description: "Android devices.", example: 30 }),
      })
      .openapi({ description: "How many of them are on each platform." }),
  })
  .openapi("AudienceEstimate", { description: "The size of an audience." });

export const DryRunForm = EstimateForm.extend({
  dry_run: z.literal(true).openapi({ description: "Always true: nothing was made." }),
  payload_sizes: z
    .array(
      z.object({
        provider: Provider.openapi({
          description: "Who would carry the message.",
          example: "webpush",
        }),
        bytes: z.int().openapi({ description: "The size of its largest message.", example: 412 }),
        limit: z
          .int()
          .openapi({ description: "The most bytes that the provider takes.", example: 3993 }),
      }),
    )
    .openapi({
      description: "The largest message of each provider that the app has a credential for.",
    }),
}).openapi("DryRun", { description: "What a notification would be, which was not made." });

export function notificationForm(
  app: App,
  notification: Notification,
): z.input<typeof NotificationForm> {
  const content = notification.content as NotificationContent;
  const targeting = (notification.targeting as Audience | null) ?? EVERYBODY;
  return {
    id: notification.uuid,
    v1_id: notification.id,
    app_id: app.uuid,
    title: content.title,
    body: content.body,
    icon: content.icon,
    image: content.image,
    url: content.url,
    actions: content.actions,
    data: content.data,
    // Clients don't know the database's ids, so only their number is shown.
    targeting:
      targeting.type === "subscribers"
        ? { type: targeting.type, count: targeting.ids.length }
        : { ...targeting },
    platform_overrides: content.platform_overrides && given(content.platform_overrides),
    translations: content.translations,
    ttl: content.ttl,
    urgency: content.urgency,
    collapse_id: content.collapse_id,
    status: notification.status,
    scheduled_at: timeOrNull(notification.scheduledAt),
    scheduled_local: notification.scheduledLocal,
    sent_at: timeOrNull(notification.sentAt),
    failure_reason: notification.failureReason,
    stats: {
      total_count: notification.totalCount,
      total_batches: notification.totalBatches,
      completed_batches: notification.completedBatches,
      sent_count: notification.sentCount,
      failed_count: notification.failedCount,
      delivered_count: notification.deliveredCount,
      clicked_count: notification.clickedCount,
    },
    created_at: wholeSeconds(notification.createdAt),
    updated_at: wholeSeconds(notification.updatedAt),
  };
}

export function estimateForm(size: AudienceSize): z.input<typeof EstimateForm> {
  return { total_count: size.total, by_platform: size.byPlatform };
}

/** The overrides as the owner gave them. */
function given(overrides: NonNullable<NotificationContent["platform_overrides"]>) {
  return Object.fromEntries(Object.entries(overrides).filter(([, value]) => value !== null));
}
