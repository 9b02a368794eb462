// POST /admin/accounts/{id}/api-keys
import { CreateApiKey, createApiKeyFor } from "../../../domain/accounts/api-keys.ts";
import { requireAccount } from "../../../domain/accounts/operate-accounts.ts";
import { operatorOperation } from "../../../http/operation.ts";
import { apiKeyForm, IdParams, NewApiKeyForm, wrapped } from "../forms.ts";

export const createAccountApiKey = operatorOperation({
  method: "post",
  path: "/admin/accounts/{id}/api-keys",
  operationId: "createAccountApiKey",
  summary: "Create an API key for an account",
  tag: "Administration",
  params: { schema: IdParams, thing: "account" },
  body: CreateApiKey,
  success: {
    status: 201,
    description: "The key, shown this once.",
    schema: wrapped(NewApiKeyForm),
  },
  idempotent: { secrets: ["key"] },
  run: async (ctx, { params, body }) => {
    await requireAccount(ctx, params.id);
    const { key, apiKey } = await createApiKeyFor(ctx, params.id, body);
    return { data: { ...apiKeyForm(apiKey), key } };
  },
});
