// POST /apps/{app_id}/instances
import { z } from "@hono/zod-openapi";
import { RegisterInstance } from "../../../domain/sends/instances/instance-input.ts";
import { registerInstance as register } from "../../../domain/sends/instances/register-instance.ts";
import { publicOperation } from "../../../http/operation.ts";
import { AppParams, DEVICE_RATE } from "./forms.ts";

const Registered = z
  .object({
    id: z.uuid().openapi({ description: "What further calls name the instance by." }),
    just_created: z.boolean(),
  })
  .openapi("RegisteredInstance");

export const registerInstance = publicOperation({
  method: "post",
  path: "/apps/{app_id}/instances",
  operationId: "registerInstance",
  summary: "Register instance",
  description: "The same `ic_token` is the same instance again. It gets no push before its info.",
  tag: "Instances",
  rate: DEVICE_RATE,
  params: { schema: AppParams, thing: "app" },
  body: RegisterInstance.extend({ ext_id: z.string().nullish() }),
  success: { status: 200, description: "The instance.", schema: Registered },
  refusals: { 403: "Pages of this origin may not register instances." },
  run: async (ctx, { params, body, request }) => {
    const origin = request.headers.get("origin");
    const { id, created } = await register(ctx, params.app_id, origin, body);
    return { id, just_created: created };
  },
});
