// POST /apps/{app_id}/instances/{ic_id}/events/notification
import { NotificationEvent } from "../../../domain/sends/instances/instance-input.ts";
import { reportNotification as report } from "../../../domain/sends/instances/report-events.ts";
import { publicOperation } from "../../../http/operation.ts";
import { DEVICE_RATE, InstanceForm, InstanceParams, nameOf } from "./forms.ts";

export const reportNotification = publicOperation({
  method: "post",
  path: "/apps/{app_id}/instances/{ic_id}/events/notification",
  operationId: "reportInstanceNotification",
  summary: "Tell that a push was shown or clicked",
  description: "An instance counts once for each push. `msg_id` came with the push.",
  tag: "Instances",
  rate: DEVICE_RATE,
  params: { schema: InstanceParams, thing: "instance" },
  body: NotificationEvent,
  success: { status: 200, description: "Noted.", schema: InstanceForm },
  run: async (ctx, { params, body }) => {
    await report(ctx, nameOf(params), body);
    return { id: params.ic_id };
  },
});
