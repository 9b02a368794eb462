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

const SubscriberParams = z.object({
  id: Uuid.openapi({ description: "The id of the app." }),
  subscriber_id: Uuid.openapi({ description: "The id of the subscriber." }),
});

const SubscriberForm = z
  .object({
    id: z.uuid().openapi({
      description: "The subscriber's id.",
      example: "0f8fad5b-d9cb-469f-a165-70867728950e",
    }),
    app_id: z
      .uuid()
      .openapi({ description: "The app's id.", example: "6f9619ff-8b86-4d01-b42d-00cf4fc964ff" }),
    platform: SubscriberPlatform.openapi({
      description: "What the subscriber is reached on.",
      example: "web",
    }),
    provider: Provider.openapi({ description: "Who carries its messages.", example: "webpush" }),
    token: z.string().nullable().openapi({
      description:
        "The token of FCM or APNs. Both this and `endpoint` are null once another subscriber has registered it.",
    }),
    endpoint: z.url().nullable().openapi({
      example: "https://push.example.com/send/2b7e1516",
      description: "The endpoint of Web Push.",
    }),
    user_id: z.string().nullable().openapi({
      description: "Your own id of the person; null if it is not known.",
      example: "user-42",
    }),
    tags: z.array(z.string()).openapi({
      description: "The subscriber's tags, by which targetings select it.",
      example: ["beta"],
    }),
    language: z
      .string()
      .nullable()
      .openapi({ description: "A BCP 47 tag; null if it is not known.", example: "de-DE" }),
    country: z
      .string()
      .nullable()
      .openapi({ description: "Two letters of ISO 3166; null if it is not known.", example: "DE" }),
    timezone: z.string().nullable().openapi({
      description: "An IANA name or an offset; null if it is not known.",
      example: "Europe/Berlin",
    }),
    status: z.enum(["active", "inactive", "unsubscribed"]).openapi({
      description:
        "`active` ones receive notifications, `inactive` ones have lost their address, `unsubscribed` ones " +
        "want none.",
    }),
    last_active_at: Time.openapi({ description: "When something was last heard of the device." }),
    unsubscribed_at: Time.nullable().openapi({
      description: "When the subscriber unsubscribed; null if it did not.",
    }),
    created_at: Time.openapi({ description: "When it was created." }),
    updated_at: Time.openapi({ description: "When it was last changed." }),
  })
  .openapi("Subscriber", { description: "A device or browser that receives notifications." });

const NewSubscriber = RegisterSubscriber.openapi("NewSubscriber", {
  description: "A device or browser to register.",
});

const ImportedForm = z
  .object({
    index: z
      .int()
      .openapi({ description: "The place of the row in the request, from 0.", example: 0 }),
    id: z.uuid().optional().openapi({
      description: "The subscriber's id, of a valid row.",
      example: "0f8fad5b-d9cb-469f-a165-70867728950e",
    }),
    created: z.boolean().optional().openapi({
      description: "Whether the row made the subscriber; false if it was known already.",
      example: true,
    }),
    status: z
      .enum(["active", "inactive", "unsubscribed"])
      .optional()
      .openapi({ description: "The subscriber's status now, of a valid row.", example: "active" }),
    error: z.string().optional().openapi({ description: "Why the row was refused." }),
    details: z
      .record(z.string(), z.array(z.string()))
      .optional()
      .openapi({ description: "Phrases about each field of the row that is not valid." }),
  })
  .openapi("ImportedSubscriber", {
    description:
      "The result of one row of an import: `id`, `created` and `status`, or `error` and `details`.",
  });

export const listSubscribers = pushOperation({
  method: "get",
  path: "/apps/{id}/subscribers",
  operationId: "listSubscribers",
  summary: "List subscribers",
  tag: "Subscribers",
  scope: "push:read",
  params: { schema: AppParams, thing: "app" },
  query: LimitOffset.extend({
    platform: SubscriberPlatform.optional().openapi({
      description: "Only subscribers on this platform.",
      example: "web",
    }),
    status: z
      .enum(["active", "inactive", "unsubscribed"])
      .optional()
      .openapi({ description: "Only subscribers with this status.", example: "active" }),
    user_id: z.string().optional().openapi({
      description: "Only subscribers of this person, by your own id.",
      example: "user-42",
    }),
    tag: z
      .string()
      .optional()
      .openapi({ description: "Only subscribers that have this tag.", example: "beta" }),
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
  body: NewSubscriber,
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
  body: z.strictObject({
    subscribers: z
      .array(NewSubscriber)
      .min(1)
      .max(MAX_IMPORT)
      .openapi({ description: "The rows. One that is not valid is refused alone." }),
  }),
  success: {
    status: 200,
    description: "The result of each row: `id`, `created` and `status`, or `error` and `details`.",
    schema: wrapped(
      z.array(ImportedForm).openapi({ description: "The results, in the order of the rows." }),
    ),
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
