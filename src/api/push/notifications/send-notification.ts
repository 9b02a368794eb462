// POST /apps/{id}/notifications/{notification_id}/send
import { sendNotification as send } from "../../../domain/notifications/send-notification.ts";
import { findByUuid } from "../../../domain/notifications/visible.ts";
import { wrapped } from "../forms.ts";
import { pushOperation } from "../operation.ts";
import { NotificationForm, notificationForm, NotificationParams } from "./forms.ts";

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
