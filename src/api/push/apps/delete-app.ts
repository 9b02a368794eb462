// DELETE /apps/{id}
import { deleteApp as erase } from "../../../domain/deletion/delete-app.ts";
import { findPushApp } from "../../../domain/apps/reachable.ts";
import { written } from "../../../http/bookmark.ts";
import { AppParams, OK, OkForm } from "../forms.ts";
import { pushOperation } from "../operation.ts";

export const deleteApp = pushOperation({
  method: "delete",
  path: "/apps/{id}",
  operationId: "deletePushApp",
  summary: "Delete a push app",
  description: "It is gone from API v1 as well, with its builds, subscribers and notifications.",
  tag: "Push apps",
  scope: "push:write",
  params: { schema: AppParams, thing: "app" },
  success: { status: 200, description: "Gone.", schema: OkForm },
  refusals: { 409: "The app has an active build." },
  run: async (ctx, { params }) => {
    const app = await findPushApp(ctx, params.id);
    const { bookmark } = await erase(ctx, app.id);
    return written(200, OK, bookmark);
  },
});
