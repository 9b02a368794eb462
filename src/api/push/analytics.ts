// Analytics: an app's daily stats, and the clicks that owners' servers report.
import { z } from "@hono/zod-openapi";
import { findPushApp } from "../../domain/apps/find-app.ts";
import { analytics, AnalyticsQuery } from "../../domain/notifications/analytics.ts";
import { Track, trackClick as track } from "../../domain/notifications/tracking.ts";
import { Uuid } from "../shared/requests.ts";
import { AppParams, listOf, OK, OkForm } from "./forms.ts";
import { pushOperation } from "./operation.ts";

const DayForm = z
  .object({
    date: z.iso.date().openapi({ description: "The day, in UTC.", example: "2025-06-14" }),
    sent: z.int().openapi({
      description: "For how many recipients a provider accepted the message.",
      example: 118,
    }),
    delivered: z
      .int()
      .openapi({ example: 90, description: "The number of deliveries that devices confirmed." }),
    clicked: z.int().openapi({
      description: "How many recipients clicked, and clicks that your servers reported.",
      example: 12,
    }),
    failed: z
      .int()
      .openapi({ description: "For how many recipients it could not be sent.", example: 2 }),
    new_subscribers: z
      .int()
      .openapi({ description: "How many subscribers were made.", example: 5 }),
    unsubscribes: z
      .int()
      .openapi({ description: "How many subscribers unsubscribed.", example: 1 }),
  })
  .openapi("AnalyticsDay", { description: "An app's counters of one day." });

export const trackClick = pushOperation({
  method: "post",
  path: "/notifications/{id}/track",
  operationId: "trackClick",
  summary: "Track a click",
  description:
    "For your servers; devices use the link in the push. With `subscriber_id`, each subscriber is counted only once; " +
    "without it, every call counts a click. `action` names the button that was clicked, if it was one; `dismiss` is not " +
    "counted.",
  tag: "Analytics",
  scope: "push:write",
  params: { schema: z.object({ id: Uuid }), thing: "notification" },
  body: Track,
  idempotent: { secrets: [] },
  success: { status: 200, description: "The click was counted.", schema: OkForm },
  run: async (ctx, { params, body }) => {
    await track(ctx, params.id, body);
    return OK;
  },
});

export const getAnalytics = pushOperation({
  method: "get",
  path: "/apps/{id}/analytics",
  operationId: "getAnalytics",
  summary: "Get an app's daily counters",
  description:
    "Returns UTC days from `start_date` to `end_date`, at most 366; by default the last 30. Days without events are " +
    "left out. `sent` and `failed` count on the day on which sending began.",
  tag: "Analytics",
  scope: "push:read",
  params: { schema: AppParams, thing: "app" },
  query: AnalyticsQuery,
  success: { status: 200, description: "The days, newest first.", schema: listOf(DayForm) },
  run: async (ctx, { params, query }) => {
    const days = await analytics(ctx, await findPushApp(ctx, params.id), query);
    return {
      data: days.map(({ newSubscribers, ...day }) => ({ ...day, new_subscribers: newSubscribers })),
    };
  },
});
