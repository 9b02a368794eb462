// GET /builds/{id}
import { findBuild } from "../../../domain/builds/visible.ts";
import { keyOperation } from "../../../http/operation.ts";
import { BuildForm, buildForm, IdParams, wrapped } from "../forms.ts";

export const getBuild = keyOperation({
  method: "get",
  path: "/builds/{id}",
  operationId: "getBuild",
  summary: "Get build details",
  tag: "Builds",
  scope: "builds:read",
  params: { schema: IdParams, thing: "build" },
  success: { status: 200, description: "The build.", schema: wrapped(BuildForm) },
  run: async (ctx, { params }) => ({ data: buildForm(await findBuild(ctx, params.id)) }),
});
