// DELETE /keystores/{id}
import { deleteKeystore as erase } from "../../../domain/keystores/manage-keystore.ts";
import { keyOperation } from "../../../http/operation.ts";
import { IdParams, MessageForm } from "../forms.ts";

export const deleteKeystore = keyOperation({
  method: "delete",
  path: "/keystores/{id}",
  operationId: "deleteKeystore",
  summary: "Delete a keystore",
  description: "Apps signed with it can't be updated any more without a copy: export it first.",
  tag: "Keystores",
  scope: "builds:write",
  params: { schema: IdParams, thing: "keystore" },
  success: { status: 200, description: "Gone.", schema: MessageForm },
  refusals: { 409: "An active build needs it." },
  run: async (ctx, { params }) => {
    await erase(ctx, params.id);
    return { message: "Keystore deleted successfully." };
  },
});
