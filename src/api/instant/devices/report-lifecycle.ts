// POST /apps/{app_id}/instances/{ic_id}/events/lifecycle
import { LifecycleEvent } from "../../../domain/sends/instances/instance-input.ts";
import { reportLifecycle as report } from "../../../domain/sends/instances/report-events.ts";
import { publicOperation } from "../../../http/operation.ts";
import { DEVICE_RATE, InstanceForm, InstanceParams, nameOf } from "./forms.ts";

export const reportLifecycle = publicOperation({
  method: "post",
  path: "/apps/{app_id}/instances/{ic_id}/events/lifecycle",
  operationId: "reportInstanceLifecycle",
  summary: "Tell of an event in an instance's life",
  description: "Filters can name the event from then on. Without a body it says: alive.",
  tag: "Instances",
  rate: DEVICE_RATE,
  params: { schema: InstanceParams, thing: "instance" },
  body: LifecycleEvent,
  success: { status: 200, description: "Noted.", schema: InstanceForm },
  run: async (ctx, { params, body }) => {
    await report(ctx, nameOf(params), body);
    return { id: params.ic_id };
  },
});
