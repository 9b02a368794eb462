// POST /public/apps/{id}/subscribers
import { z } from "@hono/zod-openapi";
import { registerDevice as register } from "../../../domain/subscribers/devices.ts";
import { RegisterSubscriber } from "../../../domain/subscribers/subscriber-input.ts";
import { json } from "../../../http/answer.ts";
import { appOperation } from "../../../http/operation.ts";
import { refuse } from "../../../kit/refusal.ts";
import { PUBLIC_RATE, UuidParams } from "./forms.ts";

const Registered = z.object({
  data: z
    .object({
      id: z.uuid(),
      token: z.string().openapi({ description: "`sw_sub_...`, shown once." }),
    })
    .openapi("RegisteredDevice"),
});

export const registerDevice = appOperation({
  method: "post",
  path: "/apps/{id}/subscribers",
  operationId: "registerDevice",
  summary: "Register a browser or device",
  description:
    "For pages and apps themselves. Who registers again gets a new token, and the older one ends. A " +
    "`user_id` can only be set with an API key, since anybody could claim one here.",
  tag: "Devices",
  rate: PUBLIC_RATE,
  params: { schema: UuidParams, thing: "app" },
  body: RegisterSubscriber.omit({ user_id: true }),
  success: {
    status: 201,
    description: "The subscriber, and the token of its device.",
    changed: "The subscriber was there; its device has a new token.",
    schema: Registered,
  },
  refusals: { 403: "Pages of this origin may not register subscribers." },
  run: async (ctx, { params, body, request }) => {
    if (ctx.app.uuid !== params.id) refuse({ code: "not_found", what: "app" });
    const origin = request.headers.get("origin");
    const { id, token, created } = await register(ctx, ctx.app, origin, body);
    return json({ status: created ? 201 : 200, body: { data: { id, token } } });
  },
});
