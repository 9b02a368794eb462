// GET /apps
import { listPushApps } from "../../../domain/subscribers/push-apps.ts";
import { LimitOffset, listOf, PushAppForm, pushAppForm } from "../forms.ts";
import { pushOperation } from "../operation.ts";

export const listApps = pushOperation({
  method: "get",
  path: "/apps",
  operationId: "listPushApps",
  summary: "List push apps",
  description: "All of the account's apps, those made by API v1 included.",
  tag: "Push apps",
  scope: "push:read",
  query: LimitOffset,
  success: { status: 200, description: "Newest first.", schema: listOf(PushAppForm) },
  run: async (ctx, { query }) => ({ data: (await listPushApps(ctx, query)).map(pushAppForm) }),
});
