// GET /account
import { z } from "@hono/zod-openapi";
import { keyOperation } from "../../../http/operation.ts";
import { microseconds } from "../../../kit/time.ts";
import { Time, wrapped } from "../forms.ts";

export const getAccount = keyOperation({
  method: "get",
  path: "/account",
  operationId: "getAccount",
  summary: "Get account information",
  tag: "Account",
  scope: "account:read",
  success: {
    status: 200,
    description: "The account and its plan.",
    schema: wrapped(
      z.object({
        id: z.int(),
        name: z.string(),
        email: z.string(),
        plan: z.object({ id: z.int(), name: z.string() }),
        build_credits: z.int(),
        created_at: Time,
      }),
    ),
  },
  run: async ({ principal: { accountId, account, plan } }) => ({
    data: {
      id: accountId,
      name: account.name,
      email: account.email,
      plan: { id: plan.id, name: plan.name },
      build_credits: account.buildCredits,
      created_at: microseconds(account.createdAt),
    },
  }),
});
