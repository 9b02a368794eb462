// One delivery of a webhook: what was sent, what was answered, how each try went; and sending it again.
import { z } from "@hono/zod-openapi";
import { hasRight } from "../../domain/people/roles.ts";
import { findAnyWebhook } from "../../domain/webhooks/find-webhook.ts";
import { findDelivery } from "../../domain/webhooks/list-deliveries.ts";
import { replayDelivery } from "../../domain/webhooks/replay.ts";
import { form, Id, memberPage, type MemberCtx } from "../dashboard/page.ts";
import { DeliveryState, DeliveryView } from "./delivery-view.tsx";
import { isMoving, webhooksPath, WRITE } from "./words.tsx";

const Params = z.object({ account: Id, webhook: z.uuid(), delivery: z.uuid() });
type Params = z.output<typeof Params>;
const OfDelivery = { schema: Params, thing: "delivery" } as const;

/** Replays a minute from one network address, by hand. */
const REPLAY_RATE = { name: "dashboard-webhook-replay", limit: 60 };

/** The webhook and its delivery that a path names. Refuses `not_found`. */
async function found(ctx: MemberCtx, params: Params) {
  const { webhook } = await findAnyWebhook(ctx, params.webhook);
  return { webhook, delivery: await findDelivery(ctx, webhook, params.delivery) };
}

export const deliveryPage = memberPage({
  path: "/{account}/webhooks/{webhook}/deliveries/{delivery}",
  operationId: "showWebhookDelivery",
  summary: "One delivery of a webhook",
  params: OfDelivery,
  may: "push:read",
  show: async (ctx, { params, form: state }) => {
    const { webhook, delivery } = await found(ctx, params);
    const base = webhooksPath(params.account, webhook.uuid);
    const mayChange = hasRight(ctx.role, WRITE);
    return {
      title: `Delivery of ${delivery.event}`,
      scripts: isMoving(delivery, ctx.now()) ? ["live"] : [],
      body: <DeliveryView {...{ ctx, base, webhook, delivery, form: state, mayChange }} />,
    };
  },
  parts: {
    state: async (ctx, { params, query }) => {
      const { webhook, delivery } = await found(ctx, params);
      // The rest of the page changes with each try.
      const isSame = String(delivery.attemptedAt ?? 0) === query["seen"];
      return {
        body: <DeliveryState {...{ ctx, webhook, delivery }} />,
        ends: isSame && isMoving(delivery, ctx.now()) ? undefined : "page",
      };
    },
  },
  forms: [
    form({
      path: "/replay",
      operationId: "submitDeliveryReplay",
      summary: "Send the delivery again",
      params: OfDelivery,
      may: WRITE,
      rate: REPLAY_RATE,
      run: async (ctx: MemberCtx, { params }) => {
        const { webhook, delivery } = await found(ctx, params);
        await replayDelivery(ctx, webhook, delivery);
        const path = webhooksPath(params.account, webhook.uuid);
        return { to: `${path}/deliveries/${delivery.uuid}`, says: "It is sent again." };
      },
    }),
  ],
});
