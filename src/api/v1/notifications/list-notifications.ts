// GET /apps/{id}/notifications
import { listNotifications as list } from "../../../domain/notifications/list-notifications.ts";
import { keyOperation } from "../../../http/operation.ts";
import { IdParams, list as listForm, listOf, Paging } from "../forms.ts";
import { ListedForm, listedForm } from "./forms.ts";

export const listNotifications = keyOperation({
  method: "get",
  path: "/apps/{id}/notifications",
  operationId: "listNotifications",
  summary: "List notifications for an app",
  tag: "Notifications",
  scope: "push:read",
  params: { schema: IdParams, thing: "app" },
  query: Paging,
  success: { status: 200, description: "Newest first.", schema: listOf(ListedForm) },
  run: async (ctx, { params, query }) => listForm(await list(ctx, params.id, query), listedForm),
});
