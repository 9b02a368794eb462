// DELETE /apps/{id}
import { deleteApp as erase } from "../../../domain/deletion/delete-app.ts";
import { keyOperation } from "../../../http/operation.ts";
import { written } from "../../../http/bookmark.ts";
import { IdParams, MessageForm } from "../forms.ts";

export const deleteApp = keyOperation({
  method: "delete",
  path: "/apps/{id}",
  operationId: "deleteApp",
  summary: "Delete an app",
  description: "Deletes its builds, their artifacts and logs, and its icon as well.",
  tag: "Apps",
  scope: "apps:write",
  params: { schema: IdParams, thing: "app" },
  success: { status: 200, description: "Gone.", schema: MessageForm },
  refusals: { 409: "The app has an active build." },
  run: async (ctx, { params }) => {
    const { bookmark } = await erase(ctx, params.id);
    return written(200, { message: "App deleted successfully." }, bookmark);
  },
});
