// POST and PATCH /admin/accounts: operators open accounts and change their plan or credits.
import { z } from "@hono/zod-openapi";
import {
  CreateAccount,
  createAccount as create,
  UpdateAccount,
  updateAccount as update,
  type AccountView,
} from "../../../domain/accounts/operate-accounts.ts";
import { operatorOperation } from "../../../http/operation.ts";
import { microseconds } from "../../../kit/time.ts";
import { IdParams, Time, wrapped } from "../forms.ts";

const AccountForm = z.object({
  id: z.int(),
  name: z.string(),
  email: z.string(),
  plan: z.object({ id: z.int(), name: z.string() }),
  build_credits: z.int(),
  created_at: Time,
});

export const createAccount = operatorOperation({
  method: "post",
  path: "/admin/accounts",
  operationId: "createAccount",
  summary: "Open an account",
  description: "Without `plan` it is Free; without `build_credits` it begins with its plan's.",
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
  success: { status: 200, description: "The account as it is now.", schema: wrapped(AccountForm) },
  run: async (ctx, { params, body }) => ({ data: accountForm(await update(ctx, params.id, body)) }),
});

function accountForm(account: AccountView): z.input<typeof AccountForm> {
  return {
    id: account.id,
    name: account.name,
    email: account.email,
    plan: { id: account.plan.id, name: account.plan.name },
    build_credits: account.buildCredits,
    created_at: microseconds(account.createdAt),
  };
}
