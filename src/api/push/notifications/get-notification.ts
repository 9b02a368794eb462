// GET /apps/{id}/notifications/{notification_id}
import { findByUuid } from "../../../domain/notifications/visible.ts";
import { wrapped } from "../forms.ts";
import { pushOperation } from "../operation.ts";
import { NotificationForm, notificationForm, NotificationParams } from "./forms.ts";

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
