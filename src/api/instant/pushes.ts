// The operations that create templates and attach them to campaigns. The contract calls them pushes, bound to sendings.
import { z } from "@hono/zod-openapi";
import {
  AttachTemplates,
  attachTemplates as attach,
} from "../../domain/campaigns/attach-templates.ts";
import { createTemplate as create } from "../../domain/campaigns/create-template.ts";
import { MAX_MADE_BYTES } from "../../domain/campaigns/make-notifications.ts";
import { MAX_TEMPLATES } from "../../domain/campaigns/room.ts";
import { GivenTemplate } from "../../domain/campaigns/template-input.ts";
import { keyOperation } from "../../http/operation.ts";
import { CONTENT_BYTES, Id, NOTIFICATIONS_AN_APP } from "../shared/requests.ts";

export const TranslationForm = z
  .object({
    id: z.int().openapi({ description: "The translation's id.", example: 41 }),
    language: z.string().openapi({ description: "Its language, in its one form.", example: "en" }),
  })
  .openapi("InstantTranslation", { description: "A translation of a push." });

export const Push = z
  .object({
    id: z.int().openapi({ description: "The push's id.", example: 21 }),
    translations: z
      .array(TranslationForm)
      .openapi({ description: "Its translations, in the order of the request." }),
  })
  .openapi("InstantPush", { description: "A push with its translations." });

export const NewPush = GivenTemplate.openapi("NewPush", {
  description: "A push with its translations.",
});

export const SendParams = z.object({
  sched_type: z.literal("onesend").openapi({ description: "The kind of sending." }),
  sched_id: Id.openapi({ description: "The id of the sending." }),
});

const Bound = z
  .object({
    push_ids: z.array(z.int()).openapi({
      description: "The ids of the pushes, in the order of the request.",
      example: [21],
    }),
  })
  .openapi("InstantBinding", { description: "The pushes of a sending." });

/** The documentation of how many templates an account has (domain/campaigns/room.ts). */
export const PUSHES = `An account has at most ${MAX_TEMPLATES} pushes: the oldest that is more than a day old, and bound to no sending that is due or was within a day, makes room for another.`;

/** The documentation of how much one request can make (domain/campaigns/make-notifications.ts). */
export const MADE = `The notifications of one request, over all apps, take at most ${MAX_MADE_BYTES} bytes.`;

export const createPush = keyOperation({
  method: "post",
  path: "/pushes",
  operationId: "createPush",
  summary: "Create push",
  description:
    "A subscriber receives the translation in its own language, or else that in `default_lang`. A push can be bound for " +
    `two years. One that is made with a key limited to certain apps belongs to these. ${PUSHES} ${CONTENT_BYTES}`,
  tag: "Instant sending",
  scope: "push:write",
  body: NewPush,
  success: { status: 201, description: "The push and its translations.", schema: Push },
  idempotent: { secrets: [] },
  run: async (ctx, { body }) => create(ctx, body),
});

export const bindPushes = keyOperation({
  method: "put",
  path: "/sched/{sched_type}/{sched_id}/pushes",
  operationId: "bindPushes",
  summary: "Bind pushes to sending",
  description:
    "Replaces the pushes that were bound. It is possible until the sending is due. Each push is sent separately. A key " +
    `that is limited to certain apps can bind only pushes that belong to one of them. ${NOTIFICATIONS_AN_APP} ${MADE}`,
  tag: "Instant sending",
  scope: "push:write",
  params: { schema: SendParams, thing: "campaign" },
  body: AttachTemplates,
  success: { status: 200, description: "The pushes that are bound now.", schema: Bound },
  run: async (ctx, { params, body }) => ({ push_ids: await attach(ctx, params.sched_id, body) }),
});
