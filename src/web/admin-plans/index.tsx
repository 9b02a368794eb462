// The plans of the installation: what accounts on each may use, and how many there are; adding one, changing one.
import { z } from "@hono/zod-openapi";
import { addPlan, changePlan, listPlans } from "../../domain/accounts/plans.ts";
import type { PersonCtx } from "../../domain/context.ts";
import type { Fields } from "../dashboard/fields.ts";
import { form, Id, operatorPage } from "../dashboard/page.ts";
import { INSTALLATION } from "../dashboard/places.ts";
import { postedTo } from "../parts/posted-to.ts";
import { PlansView } from "./view.tsx";

const BASE = `${INSTALLATION}/plans`;

export const adminPlansPage = operatorPage({
  path: "/admin/plans",
  operationId: "showPlans",
  summary: "The plans that accounts can be on",
  show: async (ctx, { form: state, request }) => {
    const plans = await listPlans(ctx);
    const posted = postedTo(state, request, BASE);
    return { title: "Plans", body: <PlansView {...{ ctx, base: BASE, form: posted, plans }} /> };
  },
  forms: [
    form({
      path: "",
      operationId: "submitNewPlan",
      summary: "Add a plan",
      run: async (ctx: PersonCtx, { fields }) => {
        const { name } = await addPlan(ctx, { name: fields.text("name"), ...planInput(fields) });
        return { to: BASE, says: `Accounts can be put on ${name}.` };
      },
    }),
    form({
      path: "/{plan}",
      operationId: "submitPlan",
      summary: "Change a plan",
      params: { schema: z.object({ plan: Id }), thing: "plan" },
      run: async (ctx: PersonCtx, { params, fields }) => {
        const { name } = await changePlan(ctx, params.plan, planInput(fields));
        return { to: BASE, says: `${name} is changed.` };
      },
    }),
  ],
});

/** What the form gives, as the verb takes it. Without monthly credits builds cost nothing. */
function planInput(fields: Fields): Record<string, unknown> {
  const number = (name: string) => {
    const text = fields.given(name);
    return text === undefined ? undefined : Number(text);
  };
  const features = fields.text("features").split("\n");
  return {
    price: number("price"),
    monthly_credits: number("monthly_credits") ?? null,
    rate_limit: number("rate_limit"),
    push_rate_limit: number("push_rate_limit"),
    registration_rate_limit: number("registration_rate_limit"),
    max_subscribers: number("max_subscribers"),
    features: features.map((line) => line.trim()).filter((line) => line !== ""),
  };
}
