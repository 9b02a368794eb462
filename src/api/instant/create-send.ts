// POST /sched/onesend
import { z } from "@hono/zod-openapi";
import { createSend as create, SendFields } from "../../domain/sends/create-send.ts";
import { keyOperation } from "../../http/operation.ts";

const Send = z.object({ id: z.int() }).openapi("InstantSending");

export const createSend = keyOperation({
  method: "post",
  path: "/sched/onesend",
  operationId: "createOneTimeSending",
  summary: "Create one-time sending",
  description:
    "With `local_time` it is due at that time in each subscriber's own zone, else at that time in `timezone`. " +
    "It sends the pushes that are bound to it by then, and without any it sends nothing. Filters may stand " +
    "beside the other fields or in `filters`.",
  tag: "Instant sending",
  scope: "push:write",
  body: z.object(SendFields),
  success: { status: 201, description: "The sending.", schema: Send },
  refusals: { 404: "An app that is not there, or not yours." },
  idempotent: { secrets: [] },
  run: async (ctx, { body }) => create(ctx, body),
});
