// GET /api-keys
import { listApiKeys as list } from "../../../domain/accounts/api-keys.ts";
import { keyOperation } from "../../../http/operation.ts";
import { ApiKeyForm, apiKeyForm, list as listForm, listOf, Paging } from "../forms.ts";

export const listApiKeys = keyOperation({
  method: "get",
  path: "/api-keys",
  operationId: "listApiKeys",
  summary: "List API keys",
  tag: "API keys",
  scope: "account:read",
  query: Paging,
  success: { status: 200, description: "Newest first.", schema: listOf(ApiKeyForm) },
  run: async (ctx, { query }) => listForm(await list(ctx, query), apiKeyForm),
});
