// DELETE /apps/{id}/credentials/{provider}
import { deleteCredential as remove } from "../../../domain/subscribers/manage-credentials.ts";
import { findPushApp } from "../../../domain/apps/reachable.ts";
import { CredentialParams, OK, OkForm } from "../forms.ts";
import { pushOperation } from "../operation.ts";

export const deleteCredential = pushOperation({
  method: "delete",
  path: "/apps/{id}/credentials/{provider}",
  operationId: "deletePushCredential",
  summary: "Delete a push credential",
  tag: "Push credentials",
  scope: "push:write",
  params: { schema: CredentialParams, thing: "push_credential" },
  success: { status: 200, description: "Gone.", schema: OkForm },
  run: async (ctx, { params }) => {
    const app = await findPushApp(ctx, params.id);
    await remove(ctx, app, params.provider);
    return OK;
  },
});
