// PATCH /apps/{id}/notifications/{notification_id}
import { updateNotification as update } from "../../../domain/notifications/update-notification.ts";
import { findByUuid } from "../../../domain/notifications/visible.ts";
import { wrapped } from "../forms.ts";
import { pushOperation } from "../operation.ts";
import {
  ChangedNotification,
  NotificationForm,
  notificationForm,
  NotificationParams,
} from "./forms.ts";

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
