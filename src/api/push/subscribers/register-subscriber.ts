// POST /apps/{id}/subscribers
import { registerSubscriber as register } from "../../../domain/subscribers/register-subscriber.ts";
import { RegisterSubscriber } from "../../../domain/subscribers/subscriber-input.ts";
import { findPushApp } from "../../../domain/apps/reachable.ts";
import { json } from "../../../http/answer.ts";
import { AppParams, SubscriberForm, subscriberForm, wrapped } from "../forms.ts";
import { pushOperation, REGISTRATION_RATE } from "../operation.ts";

export const registerSubscriber = pushOperation({
  method: "post",
  path: "/apps/{id}/subscribers",
  operationId: "registerSubscriber",
  summary: "Register a subscriber",
  description:
    "`token` with `provider` for FCM and APNs, `endpoint` with `keys` for Web Push. A token or endpoint the " +
    "app knows is the same subscriber again: it becomes active, and what is left out stays as it was.",
  tag: "Subscribers",
  scope: "push:write",
  rate: REGISTRATION_RATE,
  params: { schema: AppParams, thing: "app" },
  body: RegisterSubscriber,
  success: {
    status: 201,
    description: "The new subscriber.",
    changed: "The subscriber was there.",
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
