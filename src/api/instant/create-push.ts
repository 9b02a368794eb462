// POST /pushes
import { z } from "@hono/zod-openapi";
import { createPush as create } from "../../domain/sends/create-push.ts";
import { GivenPush } from "../../domain/sends/push-input.ts";
import { keyOperation } from "../../http/operation.ts";
import { TranslationForm } from "./forms.ts";

const Push = z
  .object({ id: z.int(), translations: z.array(TranslationForm) })
  .openapi("InstantPush");

export const createPush = keyOperation({
  method: "post",
  path: "/pushes",
  operationId: "createPush",
  summary: "Create push",
  description:
    "A subscriber reads its own language, or else that of `default_lang`. A push can be bound for two years.",
  tag: "Instant sending",
  scope: "push:write",
  body: GivenPush,
  success: { status: 201, description: "The push and its translations.", schema: Push },
  idempotent: { secrets: [] },
  run: async (ctx, { body }) => create(ctx, body),
});
