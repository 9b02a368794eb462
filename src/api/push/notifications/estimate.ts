// POST /apps/{id}/notifications/estimate
import { z } from "@hono/zod-openapi";
import { estimateAudience } from "../../../domain/notifications/list-notifications.ts";
import { findPushApp } from "../../../domain/apps/reachable.ts";
import { AppParams, wrapped } from "../forms.ts";
import { pushOperation } from "../operation.ts";
import { EstimateForm, estimateForm, TargetingForm } from "./forms.ts";

export const estimate = pushOperation({
  method: "post",
  path: "/apps/{id}/notifications/estimate",
  operationId: "estimateAudience",
  summary: "Estimate an audience",
  description: "How many active subscribers `targeting` selects now. Sends nothing.",
  tag: "Push notifications",
  scope: "push:read",
  params: { schema: AppParams, thing: "app" },
  body: z.object({ targeting: TargetingForm.nullish() }),
  success: { status: 200, description: "The audience.", schema: wrapped(EstimateForm) },
  run: async (ctx, { params, body }) => {
    const app = await findPushApp(ctx, params.id);
    return { data: estimateForm(await estimateAudience(ctx, app, body)) };
  },
});
