// Lets operators open accounts, change their plan or credits, and create API keys for them.
import { CreateApiKey, createApiKeyFor, MAX_KEYS } from "../../../domain/accounts/api-keys.ts";
import {
  CreateAccount,
  createAccount as create,
  requireAccount,
  UpdateAccount,
  updateAccount as update,
} from "../../../domain/accounts/operate-accounts.ts";
import { operatorOperation } from "../../../http/operation.ts";
import { AccountForm, accountForm } from "../account.ts";
import { apiKeyForm, NewApiKeyForm } from "../api-keys.ts";
import { IdParams, wrapped } from "../forms.ts";

export const createAccount = operatorOperation({
  method: "post",
  path: "/admin/accounts",
  operationId: "createAccount",
  summary: "Open an account",
  description:
    "The default of `plan` is Free, that of `build_credits` the monthly credits of the plan.",
  tag: "Administration",
  body: CreateAccount,
  success: { status: 201, description: "The account.", schema: wrapped(AccountForm) },
  idempotent: { secrets: [] },
  run: async (ctx, { body }) => ({ data: accountForm(await create(ctx, body)) }),
});

export const updateAccount = operatorOperation({
  method: "patch",
  path: "/admin/accounts/{id}",
  operationId: "updateAccount",
  summary: "Change an account's plan or credits",
  tag: "Administration",
  params: { schema: IdParams, thing: "account" },
  body: UpdateAccount,
  success: { status: 200, description: "The changed account.", schema: wrapped(AccountForm) },
  run: async (ctx, { params, body }) => ({ data: accountForm(await update(ctx, params.id, body)) }),
});

export const createAccountApiKey = operatorOperation({
  method: "post",
  path: "/admin/accounts/{id}/api-keys",
  operationId: "createAccountApiKey",
  summary: "Create an API key for an account",
  description: `An account can have at most ${MAX_KEYS} keys.`,
  tag: "Administration",
  params: { schema: IdParams, thing: "account" },
  body: CreateApiKey,
  success: {
    status: 201,
    description: "The key, which is shown only in this response.",
    schema: wrapped(NewApiKeyForm),
  },
  idempotent: { secrets: ["key"] },
  run: async (ctx, { params, body }) => {
    await requireAccount(ctx, params.id);
    const { key, apiKey } = await createApiKeyFor(ctx, params.id, body);
    return { data: { ...apiKeyForm(apiKey), key } };
  },
});
