// POST /apps/{app_id}/instances/{ic_id}/deactivate
import { deactivateInstance as deactivate } from "../../../domain/sends/instances/deactivate-instance.ts";
import { publicOperation } from "../../../http/operation.ts";
import { DEVICE_RATE, InstanceForm, InstanceParams, nameOf } from "./forms.ts";

export const deactivateInstance = publicOperation({
  method: "post",
  path: "/apps/{app_id}/instances/{ic_id}/deactivate",
  operationId: "deactivateInstance",
  summary: "Deactivate instance",
  description:
    "No more pushes until it tells again where it can be reached. What is sent along is not read.",
  tag: "Instances",
  rate: DEVICE_RATE,
  params: { schema: InstanceParams, thing: "instance" },
  success: { status: 200, description: "Deactivated.", schema: InstanceForm },
  run: async (ctx, { params }) => {
    await deactivate(ctx, nameOf(params));
    return { id: params.ic_id };
  },
});
