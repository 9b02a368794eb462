// The push API's operations on the webhooks of an app, the URLs that receive its events, and on their deliveries.
import { z } from "@hono/zod-openapi";
import { findPushApp } from "../../domain/apps/find-app.ts";
import { WebhookEvent } from "../../domain/webhooks/events.ts";
import { findWebhook, listWebhooks as list } from "../../domain/webhooks/find-webhook.ts";
import {
  findDelivery,
  listDeliveries as deliveriesOf,
} from "../../domain/webhooks/list-deliveries.ts";
import { APP_INPUT } from "../../domain/webhooks/webhook-input.ts";
import { exactly } from "../../kit/pagination.ts";
import { wholeSeconds } from "../../kit/time.ts";
import { LimitOffset, Uuid } from "../shared/requests.ts";
import { DELIVERIES } from "../shared/webhook-docs.ts";
import { deliveryFields, webhookFields, webhookShape } from "../shared/webhook-forms.ts";
import { webhookOperations, type WebhookSurface } from "../shared/webhooks.ts";
import { AppParams, listForm, listOf, OK, OkForm, Time } from "./forms.ts";
import { pushOperation } from "./operation.ts";

const WebhookParams = z.object({
  id: Uuid.openapi({ description: "The id of the app." }),
  webhook_id: Uuid.openapi({ description: "The id of the webhook." }),
});
const DeliveryParams = WebhookParams.extend({
  delivery_id: Uuid.openapi({ description: "The id of the delivery." }),
});
const TIME = { form: Time, of: wholeSeconds };
const SHAPE = {
  id: z.uuid().openapi({
    description: "The webhook's id.",
    example: "3f333df6-90a4-4fda-8dd3-9485d27cee36",
  }),
  app_id: z.uuid().openapi({
    description: "The id of the app whose events it is sent.",
    example: "6f9619ff-8b86-4d01-b42d-00cf4fc964ff",
  }),
  ...webhookShape(TIME, WebhookEvent),
};

const SURFACE: WebhookSurface<typeof SHAPE, typeof OkForm> = {
  operation: pushOperation,
  name: "Webhook",
  tag: "Webhooks",
  scopes: { read: "push:read", write: "push:write" },
  path: "/apps/{id}/webhooks",
  webhookParam: "webhook_id",
  params: { list: AppParams, webhook: WebhookParams, delivery: DeliveryParams },
  owner: "app",
  ownerOf: async (ctx, { id = "" }) => findPushApp(ctx, id),
  find: async (ctx, { id = "", webhook_id: uuid = "" }) => findWebhook(ctx, id, uuid),
  findDelivery: async (ctx, { id = "", webhook_id: uuid = "", delivery_id: delivery = "" }) => {
    const webhook = await findWebhook(ctx, id, uuid);
    return { webhook, delivery: await findDelivery(ctx, webhook, delivery) };
  },
  input: APP_INPUT,
  shape: SHAPE,
  fields: (ctx, { id: appUuid = "" }, webhook) => ({
    id: webhook.uuid,
    app_id: appUuid,
    // Its schemas let no other events in.
    events: webhook.events as WebhookEvent[],
    ...webhookFields(TIME, webhook, ctx.now()),
  }),
  time: TIME,
  gone: { form: OkForm, body: OK },
};

export const {
  createWebhook,
  getWebhook,
  updateWebhook,
  deleteWebhook,
  rotateSecret,
  testWebhook,
  getDelivery,
  replayOne,
  replayWebhook,
  WebhookForm,
  DeliveryForm,
} = webhookOperations(SURFACE);

export const listWebhooks = pushOperation({
  method: "get",
  path: "/apps/{id}/webhooks",
  operationId: "listWebhooks",
  summary: "List an app's webhooks",
  tag: "Webhooks",
  scope: "push:read",
  params: { schema: AppParams, thing: "app" },
  success: { status: 200, description: "All webhooks, oldest first.", schema: listOf(WebhookForm) },
  run: async (ctx, { params }) => {
    const rows = await list(ctx, await findPushApp(ctx, params.id));
    const total = exactly(rows.length);
    return listForm({ rows, total }, (webhook) => SURFACE.fields(ctx, params, webhook));
  },
});

export const listDeliveries = pushOperation({
  method: "get",
  path: "/apps/{id}/webhooks/{webhook_id}/deliveries",
  operationId: "listWebhookDeliveries",
  summary: "List a webhook's deliveries",
  description: DELIVERIES,
  tag: "Webhooks",
  scope: "push:read",
  params: { schema: WebhookParams, thing: "webhook" },
  query: LimitOffset,
  success: {
    status: 200,
    description: "The deliveries, newest first.",
    schema: listOf(DeliveryForm),
  },
  run: async (ctx, { params, query }) => {
    const listed = await deliveriesOf(ctx, await SURFACE.find(ctx, params), query);
    return listForm(listed, (delivery) => deliveryFields(TIME, delivery));
  },
});
