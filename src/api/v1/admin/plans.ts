// Lets operators list, change and add plans.
import { z } from "@hono/zod-openapi";
import { listPlans as list, PutPlans, putPlans as put } from "../../../domain/accounts/plans.ts";
import type { Plan } from "../../../domain/context.ts";
import { operatorOperation } from "../../../http/operation.ts";
import { PlanLimits, planLimits } from "../account.ts";
import { wrapped } from "../forms.ts";

const PlanForm = z
  .object({
    id: z.int(),
    name: z.string(),
    price: z.number(),
    monthly_credits: z.int().nullable().openapi({ description: "null if builds are free." }),
    ...PlanLimits,
    features: z.array(z.string()),
  })
  .openapi("Plan");

export const listPlans = operatorOperation({
  method: "get",
  path: "/admin/plans",
  operationId: "listPlans",
  summary: "List plans",
  tag: "Administration",
  success: { status: 200, description: "All plans.", schema: wrapped(z.array(PlanForm)) },
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
  success: { status: 200, description: "All plans.", schema: wrapped(z.array(PlanForm)) },
  run: async (ctx, { body }) => ({ data: (await put(ctx, body)).map(planForm) }),
});

function planForm(plan: Plan): z.input<typeof PlanForm> {
  return {
    id: plan.id,
    name: plan.name,
    price: plan.price,
    monthly_credits: plan.monthlyCredits,
    ...planLimits(plan),
    features: plan.features,
  };
}
