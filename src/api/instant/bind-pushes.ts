// PUT /sched/{sched_type}/{sched_id}/pushes
import { z } from "@hono/zod-openapi";
import { bindPushes as bind, BindPushes } from "../../domain/sends/bind-pushes.ts";
import { keyOperation } from "../../http/operation.ts";
import { Id } from "./forms.ts";

const Params = z.object({ sched_type: z.literal("onesend"), sched_id: Id });
const Bound = z.object({ push_ids: z.array(z.int()) }).openapi("InstantBinding");

export const bindPushes = keyOperation({
  method: "put",
  path: "/sched/{sched_type}/{sched_id}/pushes",
  operationId: "bindPushes",
  summary: "Bind pushes to sending",
  description:
    "In place of those that were bound. Possible until the sending is due; each push is sent by itself.",
  tag: "Instant sending",
  scope: "push:write",
  params: { schema: Params, thing: "sending" },
  body: BindPushes,
  success: { status: 200, description: "The pushes that are bound now.", schema: Bound },
  run: async (ctx, { params, body }) => ({ push_ids: await bind(ctx, params.sched_id, body) }),
});
