// Notifications of an app: written as drafts, scheduled, sent or cancelled; whom they would reach, and what became of
// each recipient. What they look like is in notification-forms.ts.
import { z } from "@hono/zod-openapi";
import { findPushApp } from "../../domain/apps/find-app.ts";
import { cancelNotification as cancel } from "../../domain/notifications/cancel-notification.ts";
import { createOrTryNotification as create } from "../../domain/notifications/create-notification.ts";
import {
  estimateAudience,
  listByUuid,
  NotificationStatus,
} from "../../domain/notifications/list-notifications.ts";
import { listRecipients as list } from "../../domain/notifications/list-recipients.ts";
import { RESULTS_MS } from "../../domain/notifications/expire-results.ts";
import { sendNotification as send } from "../../domain/notifications/send-notification.ts";
import { updateNotification as update } from "../../domain/notifications/update-notification.ts";
import { findByUuid } from "../../domain/notifications/find-notification.ts";
import { json } from "../../http/answer.ts";
import { DAY_MS } from "../../kit/time.ts";
import { AppParams, LimitOffset, listOf, wrapped } from "./forms.ts";
import {
  ChangedNotification,
  EstimateForm,
  estimateForm,
  GivenNotification,
  NotificationForm,
  notificationForm,
  NotificationParams,
  TargetingForm,
} from "./notification-forms.ts";
import { pushOperation } from "./operation.ts";

const Status = z.enum(["sent", "failed", "gone", "pending"]);

const RecipientForm = z
  .object({
    subscriber_id: z.uuid().nullable().openapi({ description: "null: deleted since." }),
    status: Status,
    attempts: z.int(),
    error: z.string().nullable(),
  })
  .openapi("Recipient");

export const listNotifications = pushOperation({
  method: "get",
  path: "/apps/{id}/notifications",
  operationId: "listPushNotifications",
  summary: "List notifications",
  tag: "Push notifications",
  scope: "push:read",
  params: { schema: AppParams, thing: "app" },
  query: LimitOffset.extend({ status: NotificationStatus.optional() }),
  success: { status: 200, description: "Newest first.", schema: listOf(NotificationForm) },
  run: async (ctx, { params, query }) => {
    const { app, rows } = await listByUuid(ctx, params.id, query);
    return { data: rows.map((notification) => notificationForm(app, notification)) };
  },
});

export const createNotification = pushOperation({
  method: "post",
  path: "/apps/{id}/notifications",
  operationId: "createPushNotification",
  summary: "Create notification",
  description:
    "Sent at once with `send: true`, later with `scheduled_at` or `scheduled_local` (each subscriber's own " +
    "zone), else a draft. With `dry_run: true` everything is checked, nothing made, and the answer is a 200 " +
    "with the size of the audience and of the payloads.",
  tag: "Push notifications",
  scope: "push:write",
  params: { schema: AppParams, thing: "app" },
  body: GivenNotification.extend({ send: z.boolean().nullish(), dry_run: z.boolean().nullish() }),
  success: { status: 201, description: "The notification.", schema: wrapped(NotificationForm) },
  refusals: { 400: "Push notifications are not configured, or the body can't be read." },
  idempotent: { secrets: [] },
  run: async (ctx, { params, body }) => {
    const app = await findPushApp(ctx, params.id);
    const done = await create(ctx, app, body);
    if ("made" in done) return { data: notificationForm(app, done.made) };
    const { payloadSizes, ...size } = done.tried;
    const data = { dry_run: true, ...estimateForm(size), payload_sizes: payloadSizes };
    return json({ status: 200, body: { data } });
  },
});

export const estimate = pushOperation({
  method: "post",
  path: "/apps/{id}/notifications/estimate",
  operationId: "estimateAudience",
  summary: "Estimate an audience",
  description: "How many active subscribers `targeting` selects now. Sends nothing.",
  tag: "Push notifications",
  scope: "push:read",
  params: { schema: AppParams, thing: "app" },
  body: z.object({ targeting: TargetingForm.nullish() }),
  success: { status: 200, description: "The audience.", schema: wrapped(EstimateForm) },
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
    "Changes what is given of a draft or a scheduled notification. A schedule of null makes it a draft.",
  tag: "Push notifications",
  scope: "push:write",
  params: { schema: NotificationParams, thing: "notification" },
  body: ChangedNotification,
  success: { status: 200, description: "As it is now.", schema: wrapped(NotificationForm) },
  refusals: { 409: "Sending has begun, or others changed it at the same time." },
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
  success: { status: 200, description: "It is being sent.", schema: wrapped(NotificationForm) },
  refusals: {
    400: "Push notifications are not configured for this app.",
    409: "Sending had begun before.",
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
  description: "Also one that is being sent: nobody it has not reached yet gets it.",
  tag: "Push notifications",
  scope: "push:write",
  params: { schema: NotificationParams, thing: "notification" },
  success: { status: 200, description: "Cancelled.", schema: wrapped(NotificationForm) },
  refusals: { 409: "It has been sent, has failed or was cancelled before." },
  run: async (ctx, { params }) => {
    const { app, notification } = await findByUuid(ctx, params.id, params.notification_id);
    return { data: notificationForm(app, await cancel(ctx, notification.id)) };
  },
});

export const listRecipients = pushOperation({
  method: "get",
  path: "/apps/{id}/notifications/{notification_id}/recipients",
  operationId: "listRecipients",
  summary: "List recipients",
  description:
    "What became of each recipient, batch by batch. gone: the token is dead and was retired. pending: not tried " +
    "yet, or to be tried again. While it is being sent, more recipients may follow the last page. Kept " +
    `${RESULTS_MS / DAY_MS} days after the notification ended, as are links: a later click counts no more.`,
  tag: "Push notifications",
  scope: "push:read",
  params: { schema: NotificationParams, thing: "notification" },
  query: z.object({
    status: Status.optional(),
    cursor: z.string().optional().openapi({ description: "`next_cursor` of the page before." }),
    limit: LimitOffset.shape.limit,
  }),
  success: {
    status: 200,
    description: "A page.",
    schema: z.object({ data: z.array(RecipientForm), next_cursor: z.string().nullable() }),
  },
  run: async (ctx, { params, query }) => {
    const { notification } = await findByUuid(ctx, params.id, params.notification_id);
    const { rows, next } = await list(ctx, notification, query);
    const data = rows.map(({ uuid, status, attempts, error }) => {
      return { subscriber_id: uuid, status, attempts, error };
    });
    return { data, next_cursor: next };
  },
});
