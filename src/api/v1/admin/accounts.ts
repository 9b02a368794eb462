// Lets operators find accounts, open them, change their plan or credits, create API keys for them, and suspend them.
import { z } from "@hono/zod-openapi";
import { CreateApiKey, createApiKeyFor, MAX_KEYS } from "../../../domain/accounts/api-keys.ts";
import {
  CreateAccount,
  createAccount as create,
  requireAccount,
  UpdateAccount,
  updateAccount as update,
} from "../../../domain/accounts/operate-accounts.ts";
import {
  findAccountOverview,
  listAccounts as list,
  MAX_APPS_ADDED,
  MAX_FOUND,
  MAX_SEARCH,
  SENT_DAYS,
  type AccountOverview,
} from "../../../domain/operators/list-accounts.ts";
import {
  resumeAccount as resume,
  SuspendAccount,
  suspendAccount as suspend,
} from "../../../domain/operators/suspend-account.ts";
import { operatorOperation } from "../../../http/operation.ts";
import { label } from "../../../kit/fields.ts";
import { MAX_COUNTED } from "../../../kit/pagination.ts";
import { AccountForm, accountForm } from "../account.ts";
import { apiKeyForm, NewApiKeyForm } from "../api-keys.ts";
import { IdParams, listForm, listOf, Paging, Time, timeOrNull, wrapped } from "../forms.ts";

const OverviewForm = AccountForm.extend({
  apps: z.int().openapi({ description: "How many apps it has.", example: 3 }),
  members: z.int().openapi({ description: "How many members it has.", example: 2 }),
  owner: z
    .object({
      name: z.string().openapi({ description: "Their name.", example: "Mira Example" }),
      email: z.string().openapi({ description: "Their address.", example: "mira@example.com" }),
    })
    .nullable()
    .openapi({ description: "Who has been its owner for the longest time; null: nobody is." }),
  sent_30_days: z.int().openapi({
    description:
      `Messages sent in the last ${SENT_DAYS} days, without today, since days are counted at night; of its newest ` +
      `${MAX_APPS_ADDED} apps.`,
    example: 12000,
  }),
  suspended_at: Time.nullable().openapi({
    description: "Since when it is suspended; null if it is not.",
  }),
  suspended_reason: z.string().nullable().openapi({
    description: "Why, as its people and programs are told; null if it is not suspended.",
    example: null,
  }),
}).openapi("AccountOverview", { description: "An account, as operators see it." });

export const listAccounts = operatorOperation({
  method: "get",
  path: "/admin/accounts",
  operationId: "listAccounts",
  summary: "List and search accounts",
  description:
    "Newest first. A search finds accounts whose name or address begins with its words, whatever the case of ASCII letters: " +
    `of each, the first ${MAX_FOUND}. \`meta.total\` counts up to ${MAX_COUNTED}, and no page lies beyond.`,
  tag: "Administration",
  query: Paging.extend({
    q: label(MAX_SEARCH).optional().openapi({
      type: "string",
      description: "How the account's name or address begins.",
      example: "example",
    }),
    plan: z.string().min(1).max(50).optional().openapi({
      description: "The name of a plan: only accounts that are on it.",
      example: "Pro",
    }),
    suspended: z.enum(["true", "false"]).optional().openapi({
      description: "Only accounts that are suspended, or that are not.",
    }),
  }),
  success: {
    status: 200,
    description: "The accounts, newest first.",
    schema: listOf(OverviewForm),
  },
  run: async (ctx, { query }) => listForm(await list(ctx, query), overviewForm),
});

export const getAdminAccount = operatorOperation({
  method: "get",
  path: "/admin/accounts/{id}",
  operationId: "getAdminAccount",
  summary: "Get an account",
  tag: "Administration",
  params: { schema: IdParams, thing: "account" },
  success: { status: 200, description: "The account.", schema: wrapped(OverviewForm) },
  run: async (ctx, { params }) => ({
    data: overviewForm(await findAccountOverview(ctx, params.id)),
  }),
});

export const suspendAccount = operatorOperation({
  method: "post",
  path: "/admin/accounts/{id}/suspend",
  operationId: "suspendAccount",
  summary: "Suspend an account",
  description:
    "At once, its API keys and channel keys are refused with 403 (`account_suspended`) and the reason, its members see the " +
    "reason and nothing else of the account, its builds and sends are cancelled, and what it built is handed out to nobody. " +
    "Devices stay registered. What it has scheduled is cancelled when it is due. Of an account that is suspended already, " +
    "this changes the reason.",
  tag: "Administration",
  params: { schema: IdParams, thing: "account" },
  body: SuspendAccount,
  success: { status: 200, description: "The suspended account.", schema: wrapped(OverviewForm) },
  run: async (ctx, { params, body }) => {
    await suspend(ctx, params.id, body);
    return { data: overviewForm(await findAccountOverview(ctx, params.id)) };
  },
});

export const resumeAccount = operatorOperation({
  method: "post",
  path: "/admin/accounts/{id}/resume",
  operationId: "resumeAccount",
  summary: "Let a suspended account go on",
  description:
    "What was cancelled stays cancelled. An account that is not suspended stays as it is.",
  tag: "Administration",
  params: { schema: IdParams, thing: "account" },
  success: { status: 200, description: "The account.", schema: wrapped(OverviewForm) },
  run: async (ctx, { params }) => {
    await resume(ctx, params.id);
    return { data: overviewForm(await findAccountOverview(ctx, params.id)) };
  },
});

function overviewForm(account: AccountOverview): z.input<typeof OverviewForm> {
  return {
    ...accountForm(account),
    apps: account.apps,
    members: account.members,
    owner: account.owner,
    sent_30_days: account.sent,
    suspended_at: timeOrNull(account.suspendedAt),
    suspended_reason: account.suspendedReason,
  };
}

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
