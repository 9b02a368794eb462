// DELETE /apps/{id}/push/credentials/{provider}
import { findApp } from "../../../domain/apps/visible.ts";
import { deleteCredential as remove } from "../../../domain/subscribers/manage-credentials.ts";
import { keyOperation } from "../../../http/operation.ts";
import { MessageForm } from "../forms.ts";
import { CredentialParams } from "./forms.ts";

export const deleteCredential = keyOperation({
  method: "delete",
  path: "/apps/{id}/push/credentials/{provider}",
  operationId: "deleteAppPushCredential",
  summary: "Delete a push credential",
  tag: "Push credentials",
  scope: "apps:write",
  params: { schema: CredentialParams, thing: "app" },
  success: { status: 200, description: "Gone.", schema: MessageForm },
  run: async (ctx, { params }) => {
    const app = await findApp(ctx, params.id);
    await remove(ctx, app, params.provider);
    return { message: "Push credential deleted successfully." };
  },
});
