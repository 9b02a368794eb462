// GET /apps/{id}/notifications
import {
  listByUuid,
  NotificationStatus,
} from "../../../domain/notifications/list-notifications.ts";
import { AppParams, LimitOffset, listOf } from "../forms.ts";
import { pushOperation } from "../operation.ts";
import { NotificationForm, notificationForm } from "./forms.ts";

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
