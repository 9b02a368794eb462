// GET /apps/{id}/builds
import { listBuilds as list } from "../../../domain/builds/list-builds.ts";
import { keyOperation } from "../../../http/operation.ts";
import { BuildForm, buildForm, IdParams, list as listForm, listOf, Paging } from "../forms.ts";

export const listBuilds = keyOperation({
  method: "get",
  path: "/apps/{id}/builds",
  operationId: "listBuilds",
  summary: "List builds for an app",
  tag: "Builds",
  scope: "builds:read",
  params: { schema: IdParams, thing: "app" },
  query: Paging,
  success: { status: 200, description: "Newest first.", schema: listOf(BuildForm) },
  run: async (ctx, { params, query }) => listForm(await list(ctx, params.id, query), buildForm),
});
