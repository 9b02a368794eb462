// DELETE /public/subscribers/{id}
import { unsubscribe } from "../../../domain/subscribers/change-subscriber.ts";
import { subscriberOperation } from "../../../http/operation.ts";
import { refuse } from "../../../kit/refusal.ts";
import { DeviceForm, deviceForm, PUBLIC_RATE, UuidParams } from "./forms.ts";

export const unsubscribeDevice = subscriberOperation({
  method: "delete",
  path: "/subscribers/{id}",
  operationId: "unsubscribeDevice",
  summary: "Unsubscribe",
  description: "No more notifications until the device registers again. May be repeated.",
  tag: "Devices",
  rate: PUBLIC_RATE,
  params: { schema: UuidParams, thing: "subscriber" },
  success: { status: 200, description: "Unsubscribed.", schema: DeviceForm },
  run: async (ctx, { params }) => {
    if (ctx.subscriber.uuid !== params.id) refuse({ code: "not_found", what: "subscriber" });
    return deviceForm(await unsubscribe(ctx, ctx.subscriber));
  },
});
