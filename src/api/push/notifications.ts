// Notifications of an app: creates, schedules, sends and cancels them, and estimates their audience. Their forms are in
// notification-forms.ts; what became of their recipients is in recipients.ts.
import { z } from "@hono/zod-openapi";
import { findPushApp } from "../../domain/apps/find-app.ts";
import { cancelNotification as cancel } from "../../domain/notifications/cancel-notification.ts";
import {
  createOrTryNotification as create,
  isDryRun,
} from "../../domain/notifications/create-notification.ts";
import {
  estimateAudience,
  listByUuid,
  NotificationStatus,
} from "../../domain/notifications/list-notifications.ts";
import { sendNotification as send } from "../../domain/notifications/send-notification.ts";
import { updateNotification as update } from "../../domain/notifications/update-notification.ts";
import { findByUuid } from "../../domain/notifications/find-notification.ts";
import { json } from "../../http/answer.ts";
import { CONTENT_BYTES, LimitOffset, NOTIFICATIONS_AN_APP } from "../shared/requests.ts";
import { AppParams, listForm, listOf, wrapped } from "./forms.ts";
import {
  ChangedNotification,
  DryRunForm,
  EstimateForm,
  estimateForm,
  GivenNotification,
  NotificationForm,
  notificationForm,
  NotificationParams,
} from "./notification-forms.ts";
import { GivenTargeting } from "./targeting-forms.ts";
import { ESTIMATE_RATE, pushOperation } from "./operation.ts";

export const listNotifications = pushOperation({
  method: "get",
  path: "/apps/{id}/notifications",
  operationId: "listPushNotifications",
  summary: "List notifications",
  tag: "Push notifications",
  scope: "push:read",
  params: { schema: AppParams, thing: "app" },
  query: LimitOffset.extend({
    status: NotificationStatus.optional().openapi({
      description: "Only notifications with this status.",
      example: "sent",
    }),
  }),
  success: {
    status: 200,
    description: "The notifications, newest first.",
    schema: listOf(NotificationForm),
  },
  run: async (ctx, { params, query }) => {
    const listed = await listByUuid(ctx, params.id, query);
    return listForm(listed, (notification) => notificationForm(listed.app, notification));
  },
});

export const createNotification = pushOperation({
  method: "post",
  path: "/apps/{id}/notifications",
  operationId: "createPushNotification",
  summary: "Create notification",
  description:
    "With `send: true`, the notification is sent at once; with `scheduled_at` or `scheduled_local` (in each " +
    "subscriber's time zone), later; otherwise it is a draft. With `dry_run: true`, the request is only validated, " +
    "and a 200 returns the size of the audience and of the payloads; such requests count as estimates too, of which an " +
    `account may make ${ESTIMATE_RATE.limit} a minute. ${CONTENT_BYTES} ${NOTIFICATIONS_AN_APP}`,
  tag: "Push notifications",
  scope: "push:write",
  params: { schema: AppParams, thing: "app" },
  body: GivenNotification.extend({
    send: z
      .boolean()
      .nullish()
      .openapi({ description: "Whether to send at once. Not beside a schedule.", example: true }),
    dry_run: z
      .boolean()
      .nullish()
      .openapi({ description: "Whether only to look what would be sent, and to make nothing." }),
  }),
  example: {
    title: "New in 2.0",
    body: "Have a look at what changed.",
    url: "https://example.com/new",
    targeting: {
      type: "all_of",
      of: [
        { type: "tags", tags: ["beta"] },
        { type: "platform", platforms: ["web"] },
      ],
    },
    send: true,
  },
  success: {
    status: 201,
    description: "The notification.",
    schema: wrapped(NotificationForm),
    others: {
      200: {
        description: "What `dry_run` found out. Nothing was made.",
        // openapi-generator reads every 2xx answer by the schema of the first
        schema: z.union([wrapped(DryRunForm), wrapped(NotificationForm)]),
      },
    },
  },
  refusals: { 400: "Push notifications are not configured, or the body could not be parsed." },
  idempotent: { secrets: [] },
  alsoLimited: { rate: ESTIMATE_RATE, applies: isDryRun },
  run: async (ctx, { params, body }) => {
    const app = await findPushApp(ctx, params.id);
    const done = await create(ctx, app, body);
    if ("made" in done) return { data: notificationForm(app, done.made) };
    const { payloadSizes, ...size } = done.tried;
    const data: z.input<typeof DryRunForm> = {
      dry_run: true,
      ...estimateForm(size),
      payload_sizes: payloadSizes,
    };
    return json({ status: 200, body: { data } });
  },
});

export const estimate = pushOperation({
  method: "post",
  path: "/apps/{id}/notifications/estimate",
  operationId: "estimateAudience",
  summary: "Estimate an audience",
  description:
    "Counts the active subscribers that `targeting` selects at present. Nothing is sent. An account may make " +
    `${ESTIMATE_RATE.limit} estimates a minute, which count apart from its other requests. They are made one at a time: one ` +
    "whose turn does not come within 2 s is a 429, and may come again a second later.",
  tag: "Push notifications",
  scope: "push:read",
  params: { schema: AppParams, thing: "app" },
  body: z.strictObject({ targeting: GivenTargeting }),
  example: { targeting: { type: "tags", tags: ["beta"], match: "any" } },
  rate: ESTIMATE_RATE,
  success: { status: 200, description: "The size of the audience.", schema: wrapped(EstimateForm) },
  run: async (ctx, { params, body }) => {
    const app = await findPushApp(ctx, params.id);
    return { data: estimateForm(await estimateAudience(ctx, app, body)) };
  },
});

export const getNotification = pushOperation({
  method: "get",
  path: "/apps/{id}/notifications/{notification_id}",
  operationId: "getPushNotification",
  summary: "Get notification",
  tag: "Push notifications",
  scope: "push:read",
  params: { schema: NotificationParams, thing: "notification" },
  success: { status: 200, description: "The notification.", schema: wrapped(NotificationForm) },
  run: async (ctx, { params }) => {
    const { app, notification } = await findByUuid(ctx, params.id, params.notification_id);
    return { data: notificationForm(app, notification) };
  },
});

export const updateNotification = pushOperation({
  method: "patch",
  path: "/apps/{id}/notifications/{notification_id}",
  operationId: "updatePushNotification",
  summary: "Update notification",
  description:
    "Changes the given fields of a draft or a scheduled notification. A schedule of null makes it a draft. " +
    CONTENT_BYTES,
  tag: "Push notifications",
  scope: "push:write",
  params: { schema: NotificationParams, thing: "notification" },
  body: ChangedNotification,
  example: { title: "New in 2.1", targeting: null },
  success: {
    status: 200,
    description: "The changed notification.",
    schema: wrapped(NotificationForm),
  },
  refusals: { 409: "Sending has begun, or another request changed it at the same time." },
  run: async (ctx, { params, body }) => {
    const found = await findByUuid(ctx, params.id, params.notification_id);
    return { data: notificationForm(found.app, await update(ctx, found, body)) };
  },
});

export const sendNotification = pushOperation({
  method: "post",
  path: "/apps/{id}/notifications/{notification_id}/send",
  operationId: "sendPushNotification",
  summary: "Send notification",
  description: "Sends a draft, or a scheduled notification before its time.",
  tag: "Push notifications",
  scope: "push:write",
  params: { schema: NotificationParams, thing: "notification" },
  success: {
    status: 200,
    description: "The notification, which is being sent.",
    schema: wrapped(NotificationForm),
  },
  refusals: {
    400: "Push notifications are not configured for this app.",
    409: "Sending had already begun.",
    422: "A message would be larger than its provider takes, or the Idempotency-Key is not valid.",
  },
  idempotent: { secrets: [] },
  run: async (ctx, { params }) => {
    const found = await findByUuid(ctx, params.id, params.notification_id);
    return { data: notificationForm(found.app, await send(ctx, found)) };
  },
});

export const cancelNotification = pushOperation({
  method: "post",
  path: "/apps/{id}/notifications/{notification_id}/cancel",
  operationId: "cancelPushNotification",
  summary: "Cancel notification",
  description:
    "Also stops a notification that is being sent: recipients not reached so far do not receive it.",
  tag: "Push notifications",
  scope: "push:write",
  params: { schema: NotificationParams, thing: "notification" },
  success: {
    status: 200,
    description: "The cancelled notification.",
    schema: wrapped(NotificationForm),
  },
  refusals: { 409: "The notification was sent, failed or was cancelled before." },
  run: async (ctx, { params }) => {
    const { app, notification } = await findByUuid(ctx, params.id, params.notification_id);
    return { data: notificationForm(app, await cancel(ctx, notification.id)) };
  },
});
