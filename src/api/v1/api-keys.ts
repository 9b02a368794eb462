// Lets an account list, create and revoke its API keys.
import { z } from "@hono/zod-openapi";
import {
  CreateApiKey,
  createApiKey as create,
  listApiKeys as list,
  MAX_KEYS,
  revokeApiKey,
  type ApiKey,
} from "../../domain/accounts/api-keys.ts";
import { keyOperation } from "../../http/operation.ts";
import { microseconds } from "../../kit/time.ts";
import {
  IdParams,
  listForm,
  listOf,
  MessageForm,
  Paging,
  Time,
  timeOrNull,
  wrapped,
} from "./forms.ts";
import { shownOnce } from "../shared/fields.ts";

const ApiKeyForm = z
  .object({
    id: z.int().openapi({ description: "The key's id.", example: 3 }),
    name: z
      .string()
      .openapi({ description: "What the key is for, in its owner's words.", example: "CI" }),
    key_prefix: z.string().openapi({
      description: "The beginning of the key, by which its owner recognises it.",
      example: "sw_live_2b7e",
    }),
    scopes: z.array(z.string()).openapi({
      description: "What the key may do; `*` is everything.",
      example: ["builds:write"],
    }),
    app_ids: z
      .array(z.int())
      .nullable()
      .openapi({
        description: "The apps to which the key is limited; null if it reaches all of the account.",
        example: [7],
      }),
    expires_at: Time.nullable().openapi({
      description: "When the key ends; null if it does not.",
      example: "2027-12-24T18:00:00.000000Z",
    }),
    last_used_at: Time.nullable().openapi({
      description: "When the key was last used, to within some minutes; null if it never was.",
    }),
    created_at: Time.openapi({ description: "When it was created." }),
  })
  .openapi("ApiKey", { description: "An API key, without the key itself." });

/** The only answer that shows a key. A replay leaves it out. */
export const NewApiKeyForm = ApiKeyForm.extend({
  key: shownOnce("The key itself, `sw_live_...`.", "sw_live_2b7e151628aed2a6abf7158809cf4f3c"),
}).openapi("NewApiKey", { description: "A new API key, with the key itself." });

export const listApiKeys = keyOperation({
  method: "get",
  path: "/api-keys",
  operationId: "listApiKeys",
  summary: "List API keys",
  tag: "API keys",
  scope: "account:read",
  query: Paging,
  success: { status: 200, description: "The API keys, newest first.", schema: listOf(ApiKeyForm) },
  run: async (ctx, { query }) => listForm(await list(ctx, query), apiKeyForm),
});

export const createApiKey = keyOperation({
  method: "post",
  path: "/api-keys",
  operationId: "createApiKey",
  summary: "Create an API key",
  description:
    "The key is shown only in this response. Without `scopes`, it has all of them. It cannot have more rights than " +
    `the key that creates it. An account can have at most ${MAX_KEYS} keys.`,
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

export const deleteApiKey = keyOperation({
  method: "delete",
  path: "/api-keys/{id}",
  operationId: "deleteApiKey",
  summary: "Revoke an API key",
  tag: "API keys",
  scope: "account:write",
  params: { schema: IdParams, thing: "api_key" },
  success: { status: 200, description: "The key was revoked.", schema: MessageForm },
  run: async (ctx, { params }) => {
    await revokeApiKey(ctx, params.id);
    return { message: "API key deleted successfully." };
  },
});

export function apiKeyForm(apiKey: ApiKey): z.input<typeof ApiKeyForm> {
  return {
    id: apiKey.id,
    name: apiKey.name,
    key_prefix: apiKey.keyPrefix,
    scopes: apiKey.scopes,
    app_ids: apiKey.appIds,
    expires_at: timeOrNull(apiKey.expiresAt),
    last_used_at: timeOrNull(apiKey.lastUsedAt),
    created_at: microseconds(apiKey.createdAt),
  };
}
