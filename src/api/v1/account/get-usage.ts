// GET /account/usage
import { z } from "@hono/zod-openapi";
import { usage } from "../../../domain/accounts/usage.ts";
import { keyOperation } from "../../../http/operation.ts";

export const getUsage = keyOperation({
  method: "get",
  path: "/account/usage",
  operationId: "getUsage",
  summary: "Get usage statistics",
  tag: "Account",
  scope: "account:read",
  success: {
    status: 200,
    description: "Credits, apps and builds.",
    schema: z.object({
      build_credits: z.object({
        available: z.int(),
        monthly_allocation: z.int(),
        unlimited: z.boolean(),
      }),
      apps: z.object({ total: z.int() }),
      builds: z.object({ total: z.int(), completed: z.int(), failed: z.int() }),
      plan: z.object({ id: z.int(), name: z.string(), features: z.array(z.string()) }),
    }),
  },
  run: async (ctx) => {
    const { account, plan } = ctx.principal;
    const used = await usage(ctx);
    return {
      build_credits: {
        available: account.buildCredits,
        monthly_allocation: plan.monthlyCredits ?? 0,
        unlimited: plan.monthlyCredits === null,
      },
      apps: { total: used.apps },
      builds: used.builds,
      plan: { id: plan.id, name: plan.name, features: plan.features },
    };
  },
});
