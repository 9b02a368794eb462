// GET /apps/{id}/subscribers
import { z } from "@hono/zod-openapi";
import { listSubscribers as list } from "../../../domain/subscribers/list-subscribers.ts";
import { findPushApp } from "../../../domain/apps/reachable.ts";
import { AppParams, LimitOffset, listOf, SubscriberForm, subscriberForm } from "../forms.ts";
import { pushOperation } from "../operation.ts";

export const listSubscribers = pushOperation({
  method: "get",
  path: "/apps/{id}/subscribers",
  operationId: "listSubscribers",
  summary: "List subscribers",
  tag: "Subscribers",
  scope: "push:read",
  params: { schema: AppParams, thing: "app" },
  query: LimitOffset.extend({
    platform: z.enum(["web", "ios", "android"]).optional(),
    status: z.enum(["active", "inactive", "unsubscribed"]).optional(),
    user_id: z.string().optional(),
    tag: z.string().optional(),
  }),
  success: { status: 200, description: "Newest first.", schema: listOf(SubscriberForm) },
  run: async (ctx, { params, query }) => {
    const app = await findPushApp(ctx, params.id);
    const rows = await list(ctx, app, query);
    return { data: rows.map((row) => subscriberForm(app.uuid, row)) };
  },
});
