// One webhook: its deliveries, a test event, changing it, a new secret, pausing it, sending again what failed, deleting it.
import { z } from "@hono/zod-openapi";
import { hasRight } from "../../domain/people/roles.ts";
import { deleteWebhook } from "../../domain/webhooks/delete-webhook.ts";
import { findAnyWebhook } from "../../domain/webhooks/find-webhook.ts";
import { findDelivery } from "../../domain/webhooks/list-deliveries.ts";
import { DELIVERY_STATES, pageDeliveries } from "../../domain/webhooks/page-deliveries.ts";
import { replayFailed } from "../../domain/webhooks/replay.ts";
import { rotateSecret } from "../../domain/webhooks/rotate-secret.ts";
import { sendTest } from "../../domain/webhooks/send-test.ts";
import { updateWebhook } from "../../domain/webhooks/update-webhook.ts";
import { HOUR_MS } from "../../kit/time.ts";
import { form, Id, memberPage, type MemberCtx } from "../dashboard/page.ts";
import { figure } from "../parts/words.ts";
import { SINCE_HOURS } from "./dialogs.tsx";
import { WebhookView } from "./webhook-view.tsx";
import { addressOf, DeliveryChip, isMoving, webhooksPath, WRITE } from "./words.tsx";

const Params = z.object({ account: Id, webhook: z.uuid() });
const OfWebhook = { schema: Params, thing: "webhook" } as const;

/** Tests, and replays, a minute from one network address, by hand. */
const SEND_RATE = { name: "dashboard-webhook-send", limit: 30 };

export const webhookPage = memberPage({
  path: "/{account}/webhooks/{webhook}",
  operationId: "showWebhook",
  summary: "One webhook and its deliveries",
  params: OfWebhook,
  may: "push:read",
  show: async (ctx, { params, form: posted, query }) => {
    const { webhook, app } = await findAnyWebhook(ctx, params.webhook);
    const state = DELIVERY_STATES.find((each) => each === query["state"]);
    const { before = "" } = query;
    const isPlace = /^\d{1,15}(\.\d{1,15})?$/.test(before);
    const page = await pageDeliveries(ctx, webhook, { state, ...(isPlace ? { before } : {}) });
    const base = webhooksPath(params.account, webhook.uuid);
    const mayChange = hasRight(ctx.role, WRITE);
    const now = ctx.now();
    const props = { ctx, base, form: posted, webhook, app, page, state, mayChange };
    return {
      title: addressOf(webhook, mayChange),
      scripts: page.rows.some((row) => isMoving(row, now)) ? ["live"] : [],
      body: <WebhookView {...props} isFirst={!isPlace} />,
    };
  },
  parts: {
    state: async (ctx, { params, query }) => {
      const { webhook } = await findAnyWebhook(ctx, params.webhook);
      const delivery = await findDelivery(ctx, webhook, query["of"] ?? "");
      return {
        body: <DeliveryChip delivery={delivery} />,
        ends: isMoving(delivery, ctx.now()) ? undefined : "page",
      };
    },
  },
  forms: [
    form({
      path: "",
      operationId: "submitWebhook",
      summary: "Change the webhook",
      params: OfWebhook,
      may: WRITE,
      run: async (ctx: MemberCtx, { params, fields }) => {
        const { webhook } = await findAnyWebhook(ctx, params.webhook);
        const input = { url: fields.text("url").trim(), events: fields.all("events") };
        await updateWebhook(ctx, webhook, input);
        return { to: webhooksPath(params.account, webhook.uuid), says: "The webhook is changed." };
      },
    }),
    form({
      path: "/enabled",
      operationId: "submitWebhookEnabled",
      summary: "Turn the webhook on or off",
      params: OfWebhook,
      may: WRITE,
      run: async (ctx: MemberCtx, { params, fields }) => {
        const { webhook } = await findAnyWebhook(ctx, params.webhook);
        const given = fields.text("enabled");
        // Anything else is the verb's to refuse.
        const wanted = ["true", "false"].includes(given) ? given === "true" : given;
        const { enabled } = await updateWebhook(ctx, webhook, { enabled: wanted });
        return {
          to: webhooksPath(params.account, webhook.uuid),
          says: enabled ? "The webhook is on." : "The webhook is off.",
        };
      },
    }),
    form({
      path: "/secret",
      operationId: "submitWebhookSecret",
      summary: "Give the webhook a new secret",
      params: OfWebhook,
      may: WRITE,
      run: async (ctx: MemberCtx, { params }) => {
        const { webhook } = await findAnyWebhook(ctx, params.webhook);
        return { made: await rotateSecret(ctx, webhook, {}) };
      },
    }),
    form({
      path: "/test",
      operationId: "submitWebhookTest",
      summary: "Send a test event",
      params: OfWebhook,
      may: WRITE,
      rate: SEND_RATE,
      run: async (ctx: MemberCtx, { params }) => {
        const { webhook } = await findAnyWebhook(ctx, params.webhook);
        const delivery = await sendTest(ctx, webhook);
        const path = webhooksPath(params.account, webhook.uuid);
        return { to: `${path}/deliveries/${delivery.uuid}`, says: "The test event is on its way." };
      },
    }),
    form({
      path: "/replay",
      operationId: "submitWebhookReplay",
      summary: "Send again what failed",
      params: OfWebhook,
      may: WRITE,
      rate: SEND_RATE,
      run: async (ctx: MemberCtx, { params, fields }) => {
        const { webhook } = await findAnyWebhook(ctx, params.webhook);
        const hours = SINCE_HOURS.find(({ value }) => value === fields.text("since"))?.value;
        const since = hours && new Date(ctx.now() - Number(hours) * HOUR_MS).toISOString();
        const replayed = await replayFailed(ctx, webhook, { since: since ?? fields.text("since") });
        return {
          to: webhooksPath(params.account, webhook.uuid),
          says:
            replayed === 0
              ? "Nothing was given up since then."
              : replayed === 1
                ? "1 delivery is sent again."
                : `${figure(replayed)} deliveries are sent again.`,
        };
      },
    }),
    form({
      path: "/delete",
      operationId: "submitDeleteWebhook",
      summary: "Delete the webhook",
      params: OfWebhook,
      may: WRITE,
      run: async (ctx: MemberCtx, { params }) => {
        const { webhook } = await findAnyWebhook(ctx, params.webhook);
        await deleteWebhook(ctx, webhook);
        return {
          to: webhooksPath(params.account),
          says: `The webhook to ${new URL(webhook.url).host} is deleted.`,
        };
      },
    }),
  ],
});
