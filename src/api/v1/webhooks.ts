// API v1's operations on the account's own webhooks, which are sent the ends of the builds of all its apps. Keys that are
// limited to certain apps have no access to them.
import { z } from "@hono/zod-openapi";
import { AccountEvent } from "../../domain/webhooks/events.ts";
import { findAccountWebhook, listAccountWebhooks } from "../../domain/webhooks/find-webhook.ts";
import {
  findAccountDelivery,
  listAccountDeliveries,
} from "../../domain/webhooks/list-deliveries.ts";
import { ACCOUNT_INPUT } from "../../domain/webhooks/webhook-input.ts";
import { keyOperation } from "../../http/operation.ts";
import { microseconds } from "../../kit/time.ts";
import { Uuid } from "../shared/requests.ts";
import { DELIVERIES } from "../shared/webhook-docs.ts";
import { deliveryFields, webhookFields, webhookShape } from "../shared/webhook-forms.ts";
import { webhookOperations, type WebhookSurface } from "../shared/webhooks.ts";
import { listForm, listOf, MessageForm, Paging, Time } from "./forms.ts";

const WebhookParams = z.object({ id: Uuid.openapi({ description: "The id of the webhook." }) });
const DeliveryParams = WebhookParams.extend({
  delivery_id: Uuid.openapi({ description: "The id of the delivery." }),
});
const TIME = { form: Time, of: microseconds };
const SHAPE = {
  id: z.uuid().openapi({
    description: "The webhook's id.",
    example: "3f333df6-90a4-4fda-8dd3-9485d27cee36",
  }),
  ...webhookShape(TIME, AccountEvent),
};

const SURFACE: WebhookSurface<typeof SHAPE, typeof MessageForm> = {
  operation: keyOperation,
  name: "AccountWebhook",
  tag: "Account webhooks",
  scopes: { read: "builds:read", write: "builds:write" },
  path: "/webhooks",
  webhookParam: "id",
  params: { webhook: WebhookParams, delivery: DeliveryParams },
  owner: "account",
  ownerOf: async () => null,
  find: async (ctx, { id = "" }) => findAccountWebhook(ctx, id),
  findDelivery: async (ctx, { id = "", delivery_id: delivery = "" }) =>
    findAccountDelivery(ctx, id, delivery),
  input: ACCOUNT_INPUT,
  shape: SHAPE,
  fields: (ctx, _, webhook) => ({
    id: webhook.uuid,
    // Its schemas let no other events in.
    events: webhook.events as z.infer<typeof AccountEvent>[],
    ...webhookFields(TIME, webhook, ctx.now()),
  }),
  time: TIME,
  gone: { form: MessageForm, body: { message: "Webhook deleted successfully." } },
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

export const listWebhooks = keyOperation({
  method: "get",
  path: "/webhooks",
  operationId: "listAccountWebhooks",
  summary: "List the account's webhooks",
  tag: "Account webhooks",
  scope: "builds:read",
  query: Paging,
  success: { status: 200, description: "The webhooks, newest first.", schema: listOf(WebhookForm) },
  run: async (ctx, { query }) =>
    listForm(await listAccountWebhooks(ctx, query), (webhook) => SURFACE.fields(ctx, {}, webhook)),
});

export const listDeliveries = keyOperation({
  method: "get",
  path: "/webhooks/{id}/deliveries",
  operationId: "listAccountWebhookDeliveries",
  summary: "List a webhook's deliveries",
  description: DELIVERIES,
  tag: "Account webhooks",
  scope: "builds:read",
  params: { schema: WebhookParams, thing: "webhook" },
  query: Paging,
  success: {
    status: 200,
    description: "The deliveries, newest first.",
    schema: listOf(DeliveryForm),
  },
  run: async (ctx, { params, query }) => {
    const page = await listAccountDeliveries(ctx, params.id, query);
    return listForm(page, (delivery) => deliveryFields(TIME, delivery));
  },
});
