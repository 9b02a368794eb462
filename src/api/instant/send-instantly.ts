// POST /send/instant
import { z } from "@hono/zod-openapi";
import { InstantFields, sendInstantly as send } from "../../domain/sends/send-instantly.ts";
import { keyOperation } from "../../http/operation.ts";
import { TranslationForm } from "./forms.ts";

const Sent = z
  .object({
    sched_id: z.int().openapi({ description: "The one-time sending that was made." }),
    push_id: z.int(),
    translations: z.array(TranslationForm),
  })
  .openapi("InstantSent");

export const sendInstantly = keyOperation({
  method: "post",
  path: "/send/instant",
  operationId: "sendInstantly",
  summary: "Send push instantly",
  description:
    "Due two minutes after the request: a one-time sending with the push bound to it, one notification an app. " +
    "This API can't cancel it; the notifications it made are ordinary ones and can be.",
  tag: "Instant sending",
  scope: "push:write",
  body: z.object(InstantFields),
  success: { status: 201, description: "The sending that was made.", schema: Sent },
  refusals: { 404: "An app that is not there, or not yours." },
  idempotent: { secrets: [] },
  run: async (ctx, { body }) => {
    const { sendId, pushId, translations } = await send(ctx, body);
    return { sched_id: sendId, push_id: pushId, translations };
  },
});
