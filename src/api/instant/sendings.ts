// The operations that create campaigns: an instant send, with its template, or a campaign that is due at a given time.
// The contract calls them one-time sendings.
import { z } from "@hono/zod-openapi";
import {
  createCampaign as create,
  CampaignFields,
} from "../../domain/campaigns/create-campaign.ts";
import { InstantFields, sendInstantly as send } from "../../domain/campaigns/send-instantly.ts";
import { FilterFields, MAX_FILTER_BYTES } from "../../domain/campaigns/filters.ts";
import { MAX_CAMPAIGNS } from "../../domain/campaigns/room.ts";
import { keyOperation } from "../../http/operation.ts";
import { NOTIFICATIONS_AN_APP } from "../shared/requests.ts";
import { NewPush, MADE, PUSHES, TranslationForm } from "./pushes.ts";

const Sent = z
  .object({
    sched_id: z.int().openapi({ example: 11, description: "The one-time sending that was made." }),
    push_id: z.int().openapi({ description: "The id of the push that was made.", example: 21 }),
    translations: z.array(TranslationForm).openapi({ description: "The push's translations." }),
  })
  .openapi("InstantSent", { description: "What an instant send made." });

const Send = z
  .object({ id: z.int().openapi({ description: "The id of the sending.", example: 11 }) })
  .openapi("InstantSending", { description: "A one-time sending." });

const Filters = z.strictObject(FilterFields).openapi("InstantFilters", {
  description:
    "Which apps are reached, and which of their subscribers. All are optional, and may be null; `{}` reaches everybody.",
  example: { countries_include: ["DE"] },
});

/** The documentation of how many campaigns an account has (domain/campaigns/room.ts). */
const SENDINGS = `An account has at most ${MAX_CAMPAIGNS} sendings: the oldest that was due more than a day ago makes room for another.`;

export const sendInstantly = keyOperation({
  method: "post",
  path: "/send/instant",
  operationId: "sendInstantly",
  summary: "Send push instantly",
  description:
    "Creates a one-time sending that is due two minutes after the request, with the push bound to it and one " +
    "notification for each app. " +
    "This API can't cancel the sending, but its notifications can be cancelled like any others. " +
    `${SENDINGS} ${PUSHES} ${NOTIFICATIONS_AN_APP} ${MADE}`,
  tag: "Instant sending",
  scope: "push:write",
  body: z.strictObject({ ...InstantFields, filters: Filters, push: NewPush }),
  success: { status: 201, description: "The sending that was made.", schema: Sent },
  refusals: { 404: "An app does not exist, or belongs to another account." },
  idempotent: { secrets: [] },
  run: async (ctx, { body }) => {
    const { campaignId, templateId, translations } = await send(ctx, body);
    return { sched_id: campaignId, push_id: templateId, translations };
  },
});

export const createSend = keyOperation({
  method: "post",
  path: "/sched/onesend",
  operationId: "createOneTimeSending",
  summary: "Create one-time sending",
  description:
    "With `local_time` the sending is due at that time in each subscriber's own zone, else at that time in `timezone`. " +
    "It sends the pushes that are bound to it by then, and without any it sends nothing. Filters may stand " +
    `beside the other fields or in \`filters\`, at most ${MAX_FILTER_BYTES} bytes of JSON. ${SENDINGS}`,
  tag: "Instant sending",
  scope: "push:write",
  body: z.strictObject({
    ...CampaignFields,
    filters: z
      .union([z.lazy(() => Filters), z.null()])
      .optional()
      .openapi({
        description: "The filters, unless they stand beside the other fields. null: they do.",
      }),
  }),
  example: {
    name: "Release",
    date: "2026-12-24",
    time: "15:04",
    timezone: "+01:00",
    filters: { countries_include: ["DE"] },
  },
  success: { status: 201, description: "The sending.", schema: Send },
  refusals: { 404: "An app does not exist, or belongs to another account." },
  idempotent: { secrets: [] },
  run: async (ctx, { body }) => create(ctx, body),
});
