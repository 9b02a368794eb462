// GET /notifications/{id}
import { findNotification } from "../../../domain/notifications/visible.ts";
import { keyOperation } from "../../../http/operation.ts";
import { IdParams, wrapped } from "../forms.ts";
import { NotificationForm, notificationForm } from "./forms.ts";

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
