// GET and PUT /admin/plans
import { z } from "@hono/zod-openapi";
import { listPlans as list, PutPlans, putPlans as put } from "../../../domain/accounts/plans.ts";
import { operatorOperation } from "../../../http/operation.ts";
import { PlanForm, planForm, wrapped } from "../forms.ts";

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
  description: "Plans are told apart by name; those left out stay as they are.",
  tag: "Administration",
  body: PutPlans,
  success: { status: 200, description: "All plans.", schema: wrapped(z.array(PlanForm)) },
  run: async (ctx, { body }) => ({ data: (await put(ctx, body)).map(planForm) }),
});
