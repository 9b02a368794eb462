// Analytics: an app's daily counters, and the clicks that owners' servers report.
import { z } from "@hono/zod-openapi";
import { findPushApp } from "../../domain/apps/find-app.ts";
import { analytics, AnalyticsQuery } from "../../domain/notifications/analytics.ts";
import { Track, trackClick as track } from "../../domain/notifications/tracking.ts";
import { Uuid } from "../shared/requests.ts";
import { AppParams, listOf, OK, OkForm } from "./forms.ts";
import { pushOperation } from "./operation.ts";

const DayForm = z
  .object({
    date: z.iso.date(),
    sent: z.int(),
    delivered: z.int().openapi({ description: "Deliveries that devices confirmed." }),
    clicked: z.int(),
    failed: z.int(),
    new_subscribers: z.int(),
    unsubscribes: z.int(),
  })
  .openapi("AnalyticsDay");

export const trackClick = pushOperation({
  method: "post",
  path: "/notifications/{id}/track",
  operationId: "trackClick",
  summary: "Track a click",
  description:
    "For servers; devices use the link in the push. With `subscriber_id` that subscriber counts once, without it " +
    "every call counts a click.",
  tag: "Analytics",
  scope: "push:write",
  params: { schema: z.object({ id: Uuid }), thing: "notification" },
  body: Track,
  idempotent: { secrets: [] },
  success: { status: 200, description: "Counted.", schema: OkForm },
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
    "UTC days from `start_date` to `end_date`, at most 366 of them; the last 30 unless given. Days on which " +
    "nothing happened are left out. Sent and failed count on the day the sending began.",
  tag: "Analytics",
  scope: "push:read",
  params: { schema: AppParams, thing: "app" },
  query: AnalyticsQuery,
  success: { status: 200, description: "Newest first.", schema: listOf(DayForm) },
  run: async (ctx, { params, query }) => {
    const days = await analytics(ctx, await findPushApp(ctx, params.id), query);
    return {
      data: days.map(({ newSubscribers, ...day }) => ({ ...day, new_subscribers: newSubscribers })),
    };
  },
});
