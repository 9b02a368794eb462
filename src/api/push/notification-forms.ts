// The forms of notifications in the push API's answers and requests.
import { z } from "@hono/zod-openapi";
import type { App } from "../../domain/apps/find-app.ts";
import type { AudienceSize } from "../../domain/notifications/audience.ts";
import { ContentFields, type NotificationContent } from "../../domain/notifications/content.ts";
import { NotificationStatus } from "../../domain/notifications/list-notifications.ts";
import { ScheduleFields } from "../../domain/notifications/schedule.ts";
import { EVERYBODY, type Audience } from "../../domain/notifications/targeting.ts";
import type { Notification } from "../../domain/notifications/find-notification.ts";
import { wholeSeconds } from "../../kit/time.ts";
import { Uuid } from "../shared/requests.ts";
import { Time, timeOrNull } from "./forms.ts";

export const NotificationParams = z.object({ id: Uuid, notification_id: Uuid });

/** Documentation of targeting, whose shapes nest. It is validated by domain/notifications/targeting.ts. */
export const TargetingForm = z
  .looseObject({
    type: z.enum([
      "all",
      "user_ids",
      "tags",
      "platform",
      "languages",
      "countries",
      "events",
      "all_of",
      "any_of",
      "not",
      "subscribers",
    ]),
  })
  .openapi("Targeting", {
    description:
      "Selects the subscribers who receive the notification. Each `type` has its own fields. `user_ids`: `ids`. " +
      "`tags`: `tags`, and `match`, which is any (the default) or all. `platform`: `platforms`. `languages`: " +
      "`languages`, where de includes de-AT, and zh-Hant zh-TW; old and new codes are one language. `countries`: " +
      "`countries`. `events`: `events`, the names of lifecycle events that installations sent. `all_of` and `any_of`: " +
      "`of`, a list of targetings. `not`: `of`, a list of one targeting. Other fields and more than 64 KB are refused. " +
      "`subscribers`, with their `count`, appears only in responses, for notifications that a channel sent.",
    example: { type: "tags", tags: ["beta"], match: "any" },
  });

/** Documentation of the fields of a new notification, which are validated by the domain's schemas. */
export const GivenNotification = z.strictObject({
  ...ContentFields,
  targeting: TargetingForm.nullish(),
  ...ScheduleFields,
});

/** The same for a change: absent fields stay as they are, so that no field has a default. */
export const ChangedNotification = z.strictObject(
  Object.fromEntries(
    Object.entries(GivenNotification.shape).map(([name, field]) => [
      name,
      (field instanceof z.ZodDefault ? field.unwrap() : field).optional(),
    ]),
  ),
);

const Json = z.record(z.string(), z.unknown());

export const NotificationForm = z
  .object({
    id: z.uuid(),
    v1_id: z.int().openapi({ description: "The id of the notification in API v1." }),
    app_id: z.uuid(),
    title: z.string(),
    body: z.string(),
    icon: z.string().nullable(),
    image: z.string().nullable(),
    url: z.string().nullable(),
    actions: z.array(
      z.object({ title: z.string(), action: z.string(), url: z.string().optional() }),
    ),
    data: Json.nullable(),
    targeting: TargetingForm,
    platform_overrides: z
      .object({ android: Json.nullable(), ios: Json.nullable(), web: Json.nullable() })
      .partial()
      .nullable(),
    translations: z
      .record(
        z.string(),
        z.object({
          title: z.string(),
          body: z.string(),
          icon: z.string().nullish(),
          image: z.string().nullish(),
          url: z.string().nullish(),
        }),
      )
      .nullable(),
    ttl: z.int().openapi({ description: "In seconds." }),
    urgency: z.enum(["very-low", "low", "normal", "high"]),
    collapse_id: z.string().nullable(),
    status: NotificationStatus,
    scheduled_at: Time.nullable(),
    scheduled_local: z.string().nullable(),
    sent_at: Time.nullable(),
    failure_reason: z.string().nullable(),
    stats: z.object({
      total_count: z.int(),
      total_batches: z.int(),
      completed_batches: z.int(),
      sent_count: z.int(),
      failed_count: z.int(),
      delivered_count: z.int(),
      clicked_count: z.int(),
    }),
    created_at: Time,
    updated_at: Time,
  })
  .openapi("PushNotification");

export const EstimateForm = z
  .object({
    total_count: z.int(),
    by_platform: z.object({ web: z.int(), ios: z.int(), android: z.int() }),
  })
  .openapi("AudienceEstimate");

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
