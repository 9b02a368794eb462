// POST /apps/{id}/notifications
import { z } from "@hono/zod-openapi";
import {
  createNotification as create,
  CreateNotification,
  tryNotification,
} from "../../../domain/notifications/create-notification.ts";
import { findPushApp } from "../../../domain/apps/reachable.ts";
import { json } from "../../../http/answer.ts";
import { parse } from "../../../kit/parse.ts";
import { AppParams, wrapped } from "../forms.ts";
import { pushOperation } from "../operation.ts";
import { estimateForm, GivenNotification, NotificationForm, notificationForm } from "./forms.ts";

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
    const wanted = parse(CreateNotification, body);
    if (!wanted.dry_run) return { data: notificationForm(app, await create(ctx, app, wanted)) };
    const { payloadSizes, ...size } = await tryNotification(ctx, app, wanted);
    const data = { dry_run: true, ...estimateForm(size), payload_sizes: payloadSizes };
    return json({ status: 200, body: { data } });
  },
});
