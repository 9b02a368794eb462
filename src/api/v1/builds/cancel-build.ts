// POST /builds/{id}/cancel
import { cancelBuild as cancel } from "../../../domain/builds/cancel-build.ts";
import { written } from "../../../http/bookmark.ts";
import { keyOperation } from "../../../http/operation.ts";
import { IdParams, MessageForm } from "../forms.ts";

export const cancelBuild = keyOperation({
  method: "post",
  path: "/builds/{id}/cancel",
  operationId: "cancelBuild",
  summary: "Cancel a build",
  description: "Ends it at once and gives its credit back.",
  tag: "Builds",
  scope: "builds:write",
  params: { schema: IdParams, thing: "build" },
  success: { status: 200, description: "Cancelled.", schema: MessageForm },
  refusals: { 400: "The build has finished." },
  run: async (ctx, { params }) => {
    const { bookmark } = await cancel(ctx, params.id);
    return written(200, { message: "Build cancelled successfully." }, bookmark);
  },
});
