// GET /account/subscription: two forms, since an account without a subscription has no `data`.
import { z } from "@hono/zod-openapi";
import { keyOperation } from "../../../http/operation.ts";
import { microseconds } from "../../../kit/time.ts";
import { Time, wrapped } from "../forms.ts";

const PricedPlan = z.object({ id: z.int(), name: z.string(), price: z.number() });

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
    schema: z.union([
      wrapped(
        z.object({
          id: z.int(),
          status: z.string(),
          amount: z.number(),
          payment_method: z.string(),
          plan: PricedPlan,
          renewal_at: Time,
        }),
      ),
      z.object({ message: z.string(), plan: PricedPlan }),
    ]),
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
