// POST /api-keys
import {
  CreateApiKey,
  createApiKey as create,
  MAX_KEYS,
} from "../../../domain/accounts/api-keys.ts";
import { keyOperation } from "../../../http/operation.ts";
import { apiKeyForm, NewApiKeyForm, wrapped } from "../forms.ts";

export const createApiKey = keyOperation({
  method: "post",
  path: "/api-keys",
  operationId: "createApiKey",
  summary: "Create an API key",
  description:
    "The key is shown this once. Without `scopes` it may do everything; it can do no more than the key " +
    `that makes it. At most ${MAX_KEYS} an account.`,
  tag: "API keys",
  scope: "account:write",
  body: CreateApiKey,
  success: { status: 201, description: "The new key.", schema: wrapped(NewApiKeyForm) },
  idempotent: { secrets: ["key"] },
  run: async (ctx, { body }) => {
    const { key, apiKey } = await create(ctx, body);
    return { data: { ...apiKeyForm(apiKey), key } };
  },
});
