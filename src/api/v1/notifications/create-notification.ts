// POST /apps/{id}/notifications: to everybody, at once or at a time. The push API's door has the rest.
import { z } from "@hono/zod-openapi";
import { findApp } from "../../../domain/apps/visible.ts";
import { ContentFields } from "../../../domain/notifications/content.ts";
import {
  createNotification as create,
  CreateNotification,
} from "../../../domain/notifications/create-notification.ts";
import { ScheduleFields } from "../../../domain/notifications/schedule.ts";
import { keyOperation } from "../../../http/operation.ts";
import { parse } from "../../../kit/parse.ts";
import { IdParams, wrapped } from "../forms.ts";
import { CreatedForm, createdForm } from "./forms.ts";

/** Strict: a misspelt `scheduled_at` would reach everybody at once. */
const V1Notification = z.strictObject({
  title: ContentFields.title,
  body: ContentFields.body,
  image_url: ContentFields.image,
  scheduled_at: ScheduleFields.scheduled_at,
});

export const createNotification = keyOperation({
  method: "post",
  path: "/apps/{id}/notifications",
  operationId: "createNotification",
  summary: "Send a push notification",
  description: "To all users of the app, at once or at `scheduled_at`.",
  tag: "Notifications",
  scope: "push:write",
  params: { schema: IdParams, thing: "app" },
  body: V1Notification,
  success: {
    status: 201,
    description: "It is being sent, or waits for its time.",
    schema: wrapped(CreatedForm),
  },
  refusals: { 400: "Push notifications are not configured, or the body can't be read." },
  idempotent: { secrets: [] },
  run: async (ctx, { params, body }) => {
    const app = await findApp(ctx, params.id);
    const { image_url: image, ...given } = parse(V1Notification, body);
    const send = given.scheduled_at === null;
    const wanted = parse(CreateNotification, { ...given, image, send });
    return { data: createdForm(await create(ctx, app, wanted)) };
  },
});
