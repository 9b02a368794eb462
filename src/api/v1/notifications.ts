// Notifications to all users of an app, at once or at a given time; the push API has more operations on the same
// rows. Lists and the answer to a creation have exactly the contract's fields. The details also have counters of
// delivery, which the contract's text promises (docs/contracts.md, App-builder 6).
import { z } from "@hono/zod-openapi";
import { findApp } from "../../domain/apps/find-app.ts";
import { cancelNotification as cancel } from "../../domain/notifications/cancel-notification.ts";
import {
  ContentFields,
  type NotificationContent,
} from "../../domain/notifications/content-fields.ts";
import { createNotification as create } from "../../domain/notifications/create-notification.ts";
import {
  listNotifications as list,
  type ListedNotification,
} from "../../domain/notifications/list-notifications.ts";
import { ScheduleFields } from "../../domain/notifications/schedule.ts";
import {
  findNotification,
  type Notification,
} from "../../domain/notifications/find-notification.ts";
import { keyOperation } from "../../http/operation.ts";
import { parse } from "../../kit/parse.ts";
import { microseconds } from "../../kit/time.ts";
import { NOTIFICATIONS_AN_APP } from "../shared/requests.ts";
import { FAILURE_REASON, RESULTS, ResultsForm, resultsForm } from "../shared/results.ts";
import {
  IdParams,
  listForm,
  listOf,
  MessageForm,
  Paging,
  shownStatus,
  Time,
  timeOrNull,
  wrapped,
} from "./forms.ts";

const Status = z.enum(["draft", "pending", "scheduled", "sent", "failed", "cancelled"]);

const Basics = z.object({
  id: z.int().openapi({ description: "The notification's id in this API.", example: 31 }),
  title: z.string().openapi({ description: "Its title.", example: "New in 2.0" }),
  body: z.string().openapi({ description: "Its text.", example: "Have a look at what changed." }),
  status: Status.openapi({
    description:
      "`draft`: made by the push API and not sent; `scheduled`; `pending`: it is being sent; `sent`, " +
      "`failed` and `cancelled` are how it can end.",
    example: "sent",
  }),
});

const CreatedForm = Basics.extend({
  created_at: Time.openapi({ description: "When it was created." }),
}).openapi("CreatedNotification", { description: "A notification that was made." });

const ListedForm = Basics.extend({
  sent_at: Time.nullable().openapi({ description: "When sending had ended; null before that." }),
}).openapi("ListedNotification", { description: "A notification, as lists show it." });

const NotificationForm = ListedForm.extend({
  created_at: Time.openapi({ description: "When it was created." }),
  image_url: z.url().nullable().openapi({
    description: "The large picture; null if there is none.",
    example: "https://example.com/picture.png",
  }),
  scheduled_at: Time.nullable().openapi({
    description: "When it is to be sent; null if that was at once.",
  }),
  failure_reason: z.string().nullable().openapi({ description: FAILURE_REASON }),
  stats: z
    .object({
      total: z.int().openapi({ description: "How many subscribers it is for.", example: 120 }),
      sent: z.int().openapi({
        description: "For how many of these a provider accepted the message.",
        example: 118,
      }),
      failed: z.int().openapi({ description: "For how many it could not be sent.", example: 2 }),
      delivered: z
        .int()
        .openapi({ description: "How many devices confirmed that it arrived.", example: 90 }),
      clicked: z.int().openapi({ description: "How many people clicked it.", example: 12 }),
    })
    .openapi({ description: "Counters of its delivery, all 0 until sending begins." }),
}).openapi("Notification", { description: "A notification with what is known of its delivery." });

/** Strict, since a notification with a misspelt `scheduled_at` would be sent to everybody at once. */
const V1Notification = z.strictObject({
  title: ContentFields.title,
  body: ContentFields.body,
  image_url: ContentFields.image,
  scheduled_at: ScheduleFields.scheduled_at,
});

export const listNotifications = keyOperation({
  method: "get",
  path: "/apps/{id}/notifications",
  operationId: "listNotifications",
  summary: "List notifications for an app",
  tag: "Notifications",
  scope: "push:read",
  params: { schema: IdParams, thing: "app" },
  query: Paging,
  success: {
    status: 200,
    description: "The notifications, newest first.",
    schema: listOf(ListedForm),
  },
  run: async (ctx, { params, query }) => listForm(await list(ctx, params.id, query), listedForm),
});

export const createNotification = keyOperation({
  method: "post",
  path: "/apps/{id}/notifications",
  operationId: "createNotification",
  summary: "Send a push notification",
  description: `Sends to all users of the app, at once or at \`scheduled_at\`. ${NOTIFICATIONS_AN_APP}`,
  tag: "Notifications",
  scope: "push:write",
  params: { schema: IdParams, thing: "app" },
  body: V1Notification,
  success: {
    status: 201,
    description: "The notification, which is being sent or is scheduled.",
    schema: wrapped(CreatedForm),
  },
  refusals: { 400: "Push notifications are not configured, or the body could not be parsed." },
  idempotent: { secrets: [] },
  run: async (ctx, { params, body }) => {
    const app = await findApp(ctx, params.id);
    const { image_url: image, scheduled_at: at, ...given } = parse(V1Notification, body);
    const when = at === null ? { send: true } : { scheduled_at: microseconds(at) };
    return { data: createdForm(await create(ctx, app, { ...given, image, ...when })) };
  },
});

export const getNotification = keyOperation({
  method: "get",
  path: "/notifications/{id}",
  operationId: "getNotification",
  summary: "Get notification details",
  tag: "Notifications",
  scope: "push:read",
  params: { schema: IdParams, thing: "notification" },
  success: { status: 200, description: "The notification.", schema: wrapped(NotificationForm) },
  run: async (ctx, { params }) => ({
    data: notificationForm(await findNotification(ctx, params.id)),
  }),
});

export const getResults = keyOperation({
  method: "get",
  path: "/notifications/{id}/results",
  operationId: "getNotificationResults",
  summary: "Get the results of a notification",
  description: RESULTS,
  tag: "Notifications",
  scope: "push:read",
  params: { schema: IdParams, thing: "notification" },
  success: { status: 200, description: "The totals.", schema: wrapped(ResultsForm) },
  run: async (ctx, { params }) => ({
    data: resultsForm(await findNotification(ctx, params.id)),
  }),
});

export const cancelNotification = keyOperation({
  method: "delete",
  path: "/notifications/{id}",
  operationId: "cancelNotification",
  summary: "Cancel a scheduled notification",
  description:
    "Also stops a notification that is being sent: recipients not reached so far do not receive it.",
  tag: "Notifications",
  scope: "push:write",
  params: { schema: IdParams, thing: "notification" },
  success: { status: 200, description: "The notification was cancelled.", schema: MessageForm },
  refusals: { 400: "The notification was sent, failed or was cancelled before." },
  run: async (ctx, { params }) => {
    await cancel(ctx, params.id);
    return { message: "Notification cancelled successfully." };
  },
});

function createdForm(notification: Notification): z.input<typeof CreatedForm> {
  return { ...basics(listed(notification)), created_at: microseconds(notification.createdAt) };
}

function listedForm(notification: ListedNotification): z.input<typeof ListedForm> {
  return { ...basics(notification), sent_at: timeOrNull(notification.sentAt) };
}

function notificationForm(notification: Notification): z.input<typeof NotificationForm> {
  const { image } = notification.content as NotificationContent;
  return {
    ...listedForm(listed(notification)),
    created_at: microseconds(notification.createdAt),
    image_url: image,
    scheduled_at: timeOrNull(notification.scheduledAt),
    failure_reason: notification.failureReason,
    stats: {
      total: notification.totalCount,
      sent: notification.sentCount,
      failed: notification.failedCount,
      delivered: notification.deliveredCount,
      clicked: notification.clickedCount,
    },
  };
}

function basics({ id, title, body, status }: Omit<ListedNotification, "sentAt">) {
  return { id, title, body, status: Status.parse(shownStatus(status)) };
}

function listed(notification: Notification): ListedNotification {
  const { title, body } = notification.content as NotificationContent;
  return { ...notification, title, body };
}
