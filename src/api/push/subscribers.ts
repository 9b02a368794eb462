// Subscribers, the devices and browsers that receive an app's notifications: their owner's operations.
import { z } from "@hono/zod-openapi";
import { SubscriberPlatform } from "../../kit/push/subscriber-platform.ts";
import { findPushApp } from "../../domain/apps/find-app.ts";
import {
  deleteSubscriber as remove,
  unsubscribe,
  updateSubscriber as update,
} from "../../domain/subscribers/change-subscriber.ts";
import {
  importSubscribers as importAll,
  MAX_IMPORT,
} from "../../domain/subscribers/import-subscribers.ts";
import { listSubscribers as list } from "../../domain/subscribers/list-subscribers.ts";
import { registerSubscriber as register } from "../../domain/subscribers/register-subscriber.ts";
import { RegisterSubscriber, UpdateSubscriber } from "../../domain/subscribers/subscriber-input.ts";
import { findSubscriber, type Subscriber } from "../../domain/subscribers/find-subscriber.ts";
import { json } from "../../http/answer.ts";
import { details } from "../../http/details.ts";
import { Provider } from "../../kit/push/credentials.ts";
import { wholeSeconds } from "../../kit/time.ts";
import { SUBSCRIBERS_AN_APP, Uuid } from "../shared/requests.ts";
import { AppParams, LimitOffset, listOf, OK, OkForm, Time, timeOrNull, wrapped } from "./forms.ts";
import { pushOperation, REGISTRATION_RATE } from "./operation.ts";

const SubscriberParams = z.object({ id: Uuid, subscriber_id: Uuid });

const SubscriberForm = z
  .object({
    id: z.uuid(),
    app_id: z.uuid(),
    platform: SubscriberPlatform,
    provider: Provider,
    token: z.string().nullable().openapi({
      description:
        "The token of FCM or APNs. Both this and `endpoint` are null once another subscriber has registered it.",
    }),
    endpoint: z.string().nullable().openapi({ description: "The endpoint of Web Push." }),
    user_id: z.string().nullable(),
    tags: z.array(z.string()),
    language: z.string().nullable(),
    country: z.string().nullable(),
    timezone: z.string().nullable(),
    status: z.enum(["active", "inactive", "unsubscribed"]),
    last_active_at: Time,
    unsubscribed_at: Time.nullable(),
    created_at: Time,
    updated_at: Time,
  })
  .openapi("Subscriber");

const ImportedForm = z
  .object({
    index: z.int(),
    id: z.uuid().optional(),
    created: z.boolean().optional(),
    status: z.enum(["active", "inactive", "unsubscribed"]).optional(),
    error: z.string().optional(),
    details: z.record(z.string(), z.array(z.string())).optional(),
  })
  .openapi("ImportedSubscriber");

export const listSubscribers = pushOperation({
  method: "get",
  path: "/apps/{id}/subscribers",
  operationId: "listSubscribers",
  summary: "List subscribers",
  tag: "Subscribers",
  scope: "push:read",
  params: { schema: AppParams, thing: "app" },
  query: LimitOffset.extend({
    platform: SubscriberPlatform.optional(),
    status: z.enum(["active", "inactive", "unsubscribed"]).optional(),
    user_id: z.string().optional(),
    tag: z.string().optional(),
  }),
  success: {
    status: 200,
    description: "The subscribers, newest first.",
    schema: listOf(SubscriberForm),
  },
  run: async (ctx, { params, query }) => {
    const app = await findPushApp(ctx, params.id);
    const rows = await list(ctx, app, query);
    return { data: rows.map((row) => subscriberForm(app.uuid, row)) };
  },
});

export const registerSubscriber = pushOperation({
  method: "post",
  path: "/apps/{id}/subscribers",
  operationId: "registerSubscriber",
  summary: "Register a subscriber",
  description:
    "FCM and APNs need `provider` and `token`, Web Push needs `endpoint` and `keys`. If the app has a subscriber with " +
    `this token or endpoint, that one becomes active and only the given fields change. ${SUBSCRIBERS_AN_APP}`,
  tag: "Subscribers",
  scope: "push:write",
  rate: REGISTRATION_RATE,
  params: { schema: AppParams, thing: "app" },
  body: RegisterSubscriber,
  success: {
    status: 201,
    description: "The new subscriber.",
    changed: "The subscriber existed already.",
    schema: wrapped(SubscriberForm),
  },
  idempotent: { secrets: [] },
  run: async (ctx, { params, body }) => {
    const app = await findPushApp(ctx, params.id);
    const { subscriber, created } = await register(ctx, app, body);
    const data = subscriberForm(app.uuid, subscriber);
    return json({ status: created ? 201 : 200, body: { data } });
  },
});

export const importSubscribers = pushOperation({
  method: "post",
  path: "/apps/{id}/subscribers/bulk",
  operationId: "importSubscribers",
  summary: "Register up to 1,000 subscribers",
  description:
    "Returns a result for each row, in order. An invalid row does not prevent the others. Who unsubscribed stays so, and a " +
    "token that was found dead stays inactive unless its device registered it since (`registered_at`). " +
    `${SUBSCRIBERS_AN_APP} Then no row is registered.`,
  tag: "Subscribers",
  scope: "push:write",
  params: { schema: AppParams, thing: "app" },
  body: z.strictObject({ subscribers: z.array(RegisterSubscriber).min(1).max(MAX_IMPORT) }),
  success: {
    status: 200,
    description: "The result of each row: `id`, `created` and `status`, or `error` and `details`.",
    schema: wrapped(z.array(ImportedForm)),
  },
  idempotent: { secrets: [] },
  run: async (ctx, { params, body }) => {
    const app = await findPushApp(ctx, params.id);
    const rows = await importAll(ctx, app, body);
    return {
      data: rows.map((row, index) =>
        "issues" in row
          ? { index, error: "Validation failed", details: details(row.issues) }
          : { index, ...row },
      ),
    };
  },
});

export const getSubscriber = pushOperation({
  method: "get",
  path: "/apps/{id}/subscribers/{subscriber_id}",
  operationId: "getSubscriber",
  summary: "Get a subscriber",
  tag: "Subscribers",
  scope: "push:read",
  params: { schema: SubscriberParams, thing: "subscriber" },
  success: { status: 200, description: "The subscriber.", schema: wrapped(SubscriberForm) },
  run: async (ctx, { params }) => {
    const subscriber = await findSubscriber(ctx, params.id, params.subscriber_id);
    return { data: subscriberForm(params.id, subscriber) };
  },
});

export const updateSubscriber = pushOperation({
  method: "patch",
  path: "/apps/{id}/subscribers/{subscriber_id}",
  operationId: "updateSubscriber",
  summary: "Update a subscriber",
  description:
    "Changes only the given fields; null clears a field. A new token or endpoint must be of the same provider.",
  tag: "Subscribers",
  scope: "push:write",
  params: { schema: SubscriberParams, thing: "subscriber" },
  body: UpdateSubscriber,
  success: { status: 200, description: "The changed subscriber.", schema: wrapped(SubscriberForm) },
  run: async (ctx, { params, body }) => {
    const subscriber = await findSubscriber(ctx, params.id, params.subscriber_id);
    return { data: subscriberForm(params.id, await update(ctx, subscriber, body)) };
  },
});

export const unsubscribeSubscriber = pushOperation({
  method: "post",
  path: "/apps/{id}/subscribers/{subscriber_id}/unsubscribe",
  operationId: "unsubscribeSubscriber",
  summary: "Unsubscribe a subscriber",
  description: "The subscriber receives nothing until it registers again. May be repeated.",
  tag: "Subscribers",
  scope: "push:write",
  params: { schema: SubscriberParams, thing: "subscriber" },
  success: { status: 200, description: "The subscriber.", schema: wrapped(SubscriberForm) },
  run: async (ctx, { params }) => {
    const subscriber = await findSubscriber(ctx, params.id, params.subscriber_id);
    return { data: subscriberForm(params.id, await unsubscribe(ctx, subscriber)) };
  },
});

export const deleteSubscriber = pushOperation({
  method: "delete",
  path: "/apps/{id}/subscribers/{subscriber_id}",
  operationId: "deleteSubscriber",
  summary: "Delete a subscriber",
  tag: "Subscribers",
  scope: "push:write",
  params: { schema: SubscriberParams, thing: "subscriber" },
  success: { status: 200, description: "The subscriber was deleted.", schema: OkForm },
  run: async (ctx, { params }) => {
    const subscriber = await findSubscriber(ctx, params.id, params.subscriber_id);
    await remove(ctx, subscriber);
    return OK;
  },
});

function subscriberForm(appUuid: string, subscriber: Subscriber): z.input<typeof SubscriberForm> {
  const isWebPush = subscriber.provider === "webpush";
  return {
    id: subscriber.uuid,
    app_id: appUuid,
    platform: subscriber.platform,
    provider: subscriber.provider,
    token: isWebPush ? null : subscriber.token,
    endpoint: isWebPush ? subscriber.token : null,
    user_id: subscriber.userId,
    tags: subscriber.tags,
    language: subscriber.language,
    country: subscriber.country,
    timezone: subscriber.timezone,
    status: subscriber.status,
    last_active_at: wholeSeconds(subscriber.lastActiveAt),
    unsubscribed_at: timeOrNull(subscriber.unsubscribedAt),
    created_at: wholeSeconds(subscriber.createdAt),
    updated_at: wholeSeconds(subscriber.updatedAt),
  };
}
