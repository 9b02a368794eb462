// GET /apps
import { listApps as list } from "../../../domain/apps/list-apps.ts";
import { keyOperation } from "../../../http/operation.ts";
import { AppForm, appForm, list as listForm, listOf, Paging } from "../forms.ts";

export const listApps = keyOperation({
  method: "get",
  path: "/apps",
  operationId: "listApps",
  summary: "List all apps",
  tag: "Apps",
  scope: "apps:read",
  query: Paging,
  success: { status: 200, description: "Newest first.", schema: listOf(AppForm) },
  run: async (ctx, { query }) => listForm(await list(ctx, query), appForm),
});
