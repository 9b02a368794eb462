// POST /apps/{id}/notifications/{notification_id}/cancel
import { cancelNotification as cancel } from "../../../domain/notifications/cancel-notification.ts";
import { findByUuid } from "../../../domain/notifications/visible.ts";
import { wrapped } from "../forms.ts";
import { pushOperation } from "../operation.ts";
import { NotificationForm, notificationForm, NotificationParams } from "./forms.ts";

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
