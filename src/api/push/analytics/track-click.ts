// POST /notifications/{id}/track
import { z } from "@hono/zod-openapi";
import { Track, trackClick as track } from "../../../domain/notifications/tracking.ts";
import { OK, OkForm, Uuid } from "../forms.ts";
import { pushOperation } from "../operation.ts";

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
