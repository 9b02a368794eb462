// Operations for a device or browser itself: it registers as a subscriber, updates its own data, and unsubscribes.
import { z } from "@hono/zod-openapi";
import { unsubscribe } from "../../domain/subscribers/change-subscriber.ts";
import {
  registerDevice as register,
  updateDevice as update,
} from "../../domain/subscribers/devices.ts";
import { DEVICE_FACTS_NOTE } from "../../domain/subscribers/facts/fields.ts";
import { RegisterSubscriber, UpdateSubscriber } from "../../domain/subscribers/subscriber-input.ts";
import { GivenUserToken } from "../../domain/subscribers/user-token.ts";
import { MAX_INBOXES } from "../../domain/subscribers/room.ts";
import type { Subscriber } from "../../domain/subscribers/find-subscriber.ts";
import { json } from "../../http/answer.ts";
import { bearer } from "../../http/authenticate.ts";
import { appOperation, subscriberOperation } from "../../http/operation.ts";
import { refuse } from "../../kit/refusal.ts";
import { DEVICES, REGISTRATIONS, SUBSCRIBERS_AN_APP, Uuid } from "../shared/requests.ts";

const UuidParams = z.object({ id: Uuid });

const DeviceForm = z.object({
  data: z
    .object({
      id: z.uuid().openapi({
        description: "The subscriber's id.",
        example: "0f8fad5b-d9cb-469f-a165-70867728950e",
      }),
      status: z.enum(["active", "inactive", "unsubscribed"]).openapi({
        description:
          "`active` ones receive notifications, `inactive` ones have lost their address, `unsubscribed` ones " +
          "want none.",
      }),
      tags: z
        .array(z.string())
        .openapi({ description: "The subscriber's tags.", example: ["beta"] }),
      language: z.string().nullable().openapi({
        description: "The subscriber's language, a BCP 47 tag; null if it is not known.",
        example: "de-DE",
      }),
      country: z.string().nullable().openapi({
        description: "The subscriber's country, two letters of ISO 3166; null if it is not known.",
        example: "DE",
      }),
      timezone: z.string().nullable().openapi({
        description:
          "The subscriber's time zone, an IANA name or an offset; null if it is not known.",
        example: "Europe/Berlin",
      }),
    })
    .openapi("Device", { description: "What a device is shown of its subscriber." })
    .openapi({ description: "The subscriber." }),
});

const Registered = z.object({
  data: z
    .object({
      id: z.uuid().openapi({
        description: "The subscriber's id.",
        example: "0f8fad5b-d9cb-469f-a165-70867728950e",
      }),
      token: z.string().openapi({
        example: "sw_sub_2b7e151628aed2a6abf7158809cf4f3c",
        description: "`sw_sub_...`, the proof of being this device. Keep it.",
      }),
    })
    .openapi("RegisteredDevice", { description: "A subscriber, with the token of its device." }),
});

export const registerDevice = appOperation({
  method: "post",
  path: "/apps/{id}/subscribers",
  operationId: "registerDevice",
  summary: "Register a browser or device",
  description:
    "For an app's own pages and devices. A device that registers again sends its token as `Authorization: Bearer`: it is " +
    "the same subscriber then, and keeps its token. Without, it becomes a new subscriber, also where the address is known; " +
    "the one that had the address becomes inactive. An Android device that no push service serves gives neither `endpoint` nor " +
    "`keys`, and asks for its notifications (`listInbox`); an app has at most " +
    `${MAX_INBOXES} such devices, of which one that the owner has never named and that did not come back makes room first. ` +
    "A `user_id` is refused, since callers of this operation could claim any: a `user_token` that your server signed proves " +
    `which user the device is. ${DEVICE_FACTS_NOTE} ${SUBSCRIBERS_AN_APP}`,
  tag: "Devices",
  rate: REGISTRATIONS,
  params: { schema: UuidParams, thing: "app" },
  body: RegisterSubscriber.omit({ user_id: true, registered_at: true }).extend({
    user_token: GivenUserToken,
  }),
  success: {
    status: 201,
    description: "The new subscriber and the token of its device.",
    changed: "The subscriber whose token was sent.",
    schema: Registered,
  },
  refusals: { 403: "Pages of this origin may not register subscribers." },
  run: async (ctx, { params, body, request }) => {
    if (ctx.app.uuid !== params.id) refuse({ code: "not_found", what: "app" });
    const origin = request.headers.get("origin");
    const { id, token: minted } = await register(ctx, ctx.app, ctx.device, origin, body);
    const token = minted ?? bearer(request.headers.get("authorization"));
    return json({ status: minted === null ? 200 : 201, body: { data: { id, token } } });
  },
});

export const updateDevice = subscriberOperation({
  method: "patch",
  path: "/subscribers/{id}",
  operationId: "updateDevice",
  summary: "Update one's own subscription",
  description:
    "Changes tags, language, country, time zone, token or endpoint, and by a `user_token` the user. A field that is null is " +
    "cleared. Another subscriber that had the new token or endpoint loses it and becomes inactive. A `user_token` that " +
    `does not hold is refused (422), and nothing is changed. ${DEVICE_FACTS_NOTE}`,
  tag: "Devices",
  rate: DEVICES,
  params: { schema: UuidParams, thing: "subscriber" },
  body: UpdateSubscriber.omit({ user_id: true }).extend({ user_token: GivenUserToken }),
  success: { status: 200, description: "The changed subscriber.", schema: DeviceForm },
  run: async (ctx, { params, body }) => {
    if (ctx.subscriber.uuid !== params.id) refuse({ code: "not_found", what: "subscriber" });
    return deviceForm(await update(ctx, ctx.subscriber, body));
  },
});

export const unsubscribeDevice = subscriberOperation({
  method: "delete",
  path: "/subscribers/{id}",
  operationId: "unsubscribeDevice",
  summary: "Unsubscribe",
  description:
    "The device receives no more notifications until it registers again. May be repeated.",
  tag: "Devices",
  rate: DEVICES,
  params: { schema: UuidParams, thing: "subscriber" },
  success: { status: 200, description: "The unsubscribed subscriber.", schema: DeviceForm },
  run: async (ctx, { params }) => {
    if (ctx.subscriber.uuid !== params.id) refuse({ code: "not_found", what: "subscriber" });
    return deviceForm(await unsubscribe(ctx, ctx.subscriber));
  },
});

function deviceForm(subscriber: Subscriber): z.input<typeof DeviceForm> {
  const { uuid: id, status, tags, language, country, timezone } = subscriber;
  return { data: { id, status, tags, language, country, timezone } };
}
