// The account of an API key, its plan subscription, and its usage.
import { z } from "@hono/zod-openapi";
import type { AccountView } from "../../domain/accounts/operate-accounts.ts";
import { usage } from "../../domain/accounts/usage.ts";
import { keyOperation } from "../../http/operation.ts";
import { microseconds } from "../../kit/time.ts";
import { Time, wrapped } from "./forms.ts";

/** The form of an account, for its owner and for operators. */
export const AccountForm = z
  .object({
    id: z.int().openapi({ description: "The account's id.", example: 1 }),
    name: z.string().openapi({ description: "The account's name.", example: "Example Inc." }),
    email: z.string().openapi({
      description: "The address of whoever the account belongs to.",
      example: "owner@example.com",
    }),
    plan: z
      .object({
        id: z.int().openapi({ description: "The plan's id.", example: 1 }),
        name: z.string().openapi({ description: "The plan's name.", example: "Free" }),
      })
      .openapi({ description: "The plan that the account is on." }),
    build_credits: z.int().openapi({
      description:
        "How many builds the account can make before its credits are renewed; nothing on an unlimited plan.",
      example: 5,
    }),
    created_at: Time.openapi({ description: "When the account was opened." }),
  })
  .openapi("Account", { description: "An account and its plan." });

const PricedPlan = z
  .object({
    id: z.int().openapi({ description: "The plan's id.", example: 2 }),
    name: z.string().openapi({ description: "The plan's name.", example: "Pro" }),
    price: z.number().openapi({
      description: "The price of a month, in US dollars; 0 for a free plan.",
      example: 29,
    }),
  })
  .openapi("PricedPlan", { description: "A plan and its price." });

const SubscriptionForm = z.union([
  wrapped(
    z
      .object({
        id: z.int().openapi({ description: "The plan subscription's id.", example: 1 }),
        status: z.string().openapi({ description: "Always `active`.", example: "active" }),
        amount: z
          .number()
          .openapi({ description: "What a month costs, in US dollars.", example: 29 }),
        payment_method: z.string().openapi({
          description: "Always `operator`: operators put accounts on plans.",
          example: "operator",
        }),
        plan: PricedPlan,
        renewal_at: Time.openapi({ description: "When the credits are renewed next." }),
      })
      .openapi("PlanSubscription", { description: "The plan that an account pays for." }),
  ),
  z.object({
    message: z.string().openapi({
      description: "That there is none, as a sentence.",
      example: "No active subscription found.",
    }),
    plan: PricedPlan,
  }),
]);

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
    schema: wrapped(AccountForm),
  },
  run: async ({ principal: { accountId, account, plan } }) => ({
    data: accountForm({ id: accountId, ...account, plan }),
  }),
});

/** The answer has two forms: without a plan subscription, it has no `data`. */
export const getSubscription = keyOperation({
  method: "get",
  path: "/account/subscription",
  operationId: "getSubscription",
  summary: "Get subscription information",
  tag: "Account",
  scope: "account:read",
  success: {
    status: 200,
    description: "The active subscription, or the plan of an account that has none.",
    schema: SubscriptionForm,
  },
  run: async ({ principal: { account, plan, subscription } }) => {
    const priced = { id: plan.id, name: plan.name, price: plan.price };
    if (subscription === null) {
      return { message: "No active subscription found.", plan: priced };
    }
    return {
      data: {
        id: subscription.id,
        status: subscription.status,
        amount: subscription.amount,
        payment_method: subscription.paymentMethod,
        plan: priced,
        renewal_at: microseconds(account.renewalAt),
      },
    };
  },
});

export const getUsage = keyOperation({
  method: "get",
  path: "/account/usage",
  operationId: "getUsage",
  summary: "Get usage statistics",
  tag: "Account",
  scope: "account:read",
  success: {
    status: 200,
    description: "The usage of credits, apps and builds.",
    schema: z.object({
      build_credits: z
        .object({
          available: z.int().openapi({
            description: "How many, before the credits are renewed; nothing on an unlimited plan.",
            example: 5,
          }),
          monthly_allocation: z.int().openapi({
            description: "How many the plan grants each month; 0 if it is unlimited.",
            example: 5,
          }),
          unlimited: z
            .boolean()
            .openapi({ description: "Whether builds cost nothing.", example: false }),
        })
        .openapi({ description: "What builds the account can make." }),
      apps: z
        .object({ total: z.int().openapi({ description: "How many there are.", example: 1 }) })
        .openapi({ description: "The account's apps." }),
      builds: z
        .object({
          total: z.int().openapi({ description: "How many there are.", example: 3 }),
          completed: z.int().openapi({ description: "How many were completed.", example: 2 }),
          failed: z.int().openapi({ description: "How many failed.", example: 1 }),
        })
        .openapi({ description: "The builds of these apps that are still kept." }),
      plan: z
        .object({
          id: z.int().openapi({ description: "The plan's id.", example: 1 }),
          name: z.string().openapi({ description: "The plan's name.", example: "Free" }),
          features: z.array(z.string()).openapi({
            description: "What the plan offers, in sentences.",
            example: ["5 builds a month"],
          }),
        })
        .openapi({ description: "The plan that the account is on." }),
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

export function accountForm(account: AccountView): z.input<typeof AccountForm> {
  return {
    id: account.id,
    name: account.name,
    email: account.email,
    plan: { id: account.plan.id, name: account.plan.name },
    build_credits: account.buildCredits,
    created_at: microseconds(account.createdAt),
  };
}
