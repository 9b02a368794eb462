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
import { MAX_NAMED, NAMED_PATTERN } from "../../domain/subscribers/facts/text.ts";
import { listSubscribers as list } from "../../domain/subscribers/list-subscribers.ts";
import { registerSubscriber as register } from "../../domain/subscribers/register-subscriber.ts";
import { RegisterSubscriber, UpdateSubscriber } from "../../domain/subscribers/subscriber-input.ts";
import {
  DEFAULT_PUSH_RATE_LIMIT,
  DEFAULT_REGISTRATION_RATE_LIMIT,
} from "../../domain/accounts/plans.ts";
import { findSubscriber } from "../../domain/subscribers/find-subscriber.ts";
import { json } from "../../http/answer.ts";
import { REGISTRATION_RATE } from "../../http/authenticate.ts";
import { details } from "../../http/details.ts";
import { LimitOffset, SUBSCRIBERS_AN_APP, Uuid } from "../shared/requests.ts";
import { AppParams, listForm, listOf, OK, OkForm, wrapped } from "./forms.ts";
import { pushOperation } from "./operation.ts";
import { ImportedForm, SubscriberForm, subscriberForm } from "./subscriber-forms.ts";

const SubscriberParams = z.object({
  id: Uuid.openapi({ description: "The id of the app." }),
  subscriber_id: Uuid.openapi({ description: "The id of the subscriber." }),
});

const NewSubscriber = RegisterSubscriber.openapi("NewSubscriber", {
  description: "A device or browser to register.",
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
      pattern: NAMED_PATTERN,
      maxLength: MAX_NAMED,
      description: "Only subscribers of this person, by your own id.",
      example: "user-42",
    }),
    tag: z.string().optional().openapi({
      pattern: NAMED_PATTERN,
      maxLength: MAX_NAMED,
      description: "Only subscribers that have this tag.",
      example: "beta",
    }),
  }),
  success: {
    status: 200,
    description: "The subscribers, newest first.",
    schema: listOf(SubscriberForm),
  },
  run: async (ctx, { params, query }) => {
    const app = await findPushApp(ctx, params.id);
    return listForm(await list(ctx, app, query), (row) => subscriberForm(app.uuid, row));
  },
});

export const registerSubscriber = pushOperation({
  method: "post",
  path: "/apps/{id}/subscribers",
  operationId: "registerSubscriber",
  summary: "Register a subscriber",
  description:
    "FCM and APNs need `provider` and `token`, Web Push needs `endpoint` and `keys`. If the app has a subscriber with " +
    "this token or endpoint, that one becomes active and only the given fields change. An account may register as many " +
    `a minute as its plan says (${DEFAULT_REGISTRATION_RATE_LIMIT} on Free), apart from its other requests to the push ` +
    `API, of which the plan says the number too (${DEFAULT_PUSH_RATE_LIMIT} on Free). ${SUBSCRIBERS_AN_APP}`,
  tag: "Subscribers",
  scope: "push:write",
  planRate: REGISTRATION_RATE,
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
