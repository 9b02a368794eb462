// Lets operators list, change and add plans.
import { z } from "@hono/zod-openapi";
import { listPlans as list, PutPlans, putPlans as put } from "../../../domain/accounts/plans.ts";
import type { Plan } from "../../../domain/context.ts";
import { operatorOperation } from "../../../http/operation.ts";
import { wrapped } from "../forms.ts";

const PlanForm = z
  .object({
    id: z.int().openapi({ description: "The plan's id.", example: 2 }),
    name: z
      .string()
      .openapi({ description: "The plan's name, by which it is changed.", example: "Pro" }),
    price: z.number().openapi({
      description: "The price of a month, in US dollars; 0 for a free plan.",
      example: 29,
    }),
    monthly_credits: z
      .int()
      .nullable()
      .openapi({ example: 100, description: "null if builds are free." }),
    rate_limit: z.int().openapi({
      example: 1200,
      description: "The rate limit of each API key, in requests a minute.",
    }),
    max_subscribers: z.int().openapi({
      example: 100000,
      description: "The most subscribers of each app, in whatever status.",
    }),
    features: z.array(z.string()).openapi({
      description: "What the plan offers, in sentences for its owner.",
      example: ["100 builds a month"],
    }),
  })
  .openapi("Plan", { description: "A plan that accounts are on." });

export const listPlans = operatorOperation({
  method: "get",
  path: "/admin/plans",
  operationId: "listPlans",
  summary: "List plans",
  tag: "Administration",
  success: {
    status: 200,
    description: "All plans.",
    schema: wrapped(z.array(PlanForm).openapi({ description: "All plans, oldest first." })),
  },
  run: async (ctx) => ({ data: (await list(ctx)).map(planForm) }),
});

export const putPlans = operatorOperation({
  method: "put",
  path: "/admin/plans",
  operationId: "putPlans",
  summary: "Change or add plans",
  description: "Plans are identified by name. Plans that are not given stay as they are.",
  tag: "Administration",
  body: PutPlans,
  success: {
    status: 200,
    description: "All plans.",
    schema: wrapped(z.array(PlanForm).openapi({ description: "All plans, oldest first." })),
  },
  run: async (ctx, { body }) => ({ data: (await put(ctx, body)).map(planForm) }),
});

function planForm(plan: Plan): z.input<typeof PlanForm> {
  return {
    id: plan.id,
    name: plan.name,
    price: plan.price,
    monthly_credits: plan.monthlyCredits,
    rate_limit: plan.rateLimit,
    max_subscribers: plan.maxSubscribers,
    features: plan.features,
  };
}
