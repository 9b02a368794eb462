// DELETE /api-keys/{id}
import { revokeApiKey } from "../../../domain/accounts/api-keys.ts";
import { keyOperation } from "../../../http/operation.ts";
import { IdParams, MessageForm } from "../forms.ts";

export const deleteApiKey = keyOperation({
  method: "delete",
  path: "/api-keys/{id}",
  operationId: "deleteApiKey",
  summary: "Revoke an API key",
  tag: "API keys",
  scope: "account:write",
  params: { schema: IdParams, thing: "api_key" },
  success: { status: 200, description: "Revoked.", schema: MessageForm },
  run: async (ctx, { params }) => {
    await revokeApiKey(ctx, params.id);
    return { message: "API key deleted successfully." };
  },
});
