// PATCH /public/subscribers/{id}
import { updateDevice as update } from "../../../domain/subscribers/change-subscriber.ts";
import { UpdateSubscriber } from "../../../domain/subscribers/subscriber-input.ts";
import { subscriberOperation } from "../../../http/operation.ts";
import { refuse } from "../../../kit/refusal.ts";
import { DeviceForm, deviceForm, PUBLIC_RATE, UuidParams } from "./forms.ts";

export const updateDevice = subscriberOperation({
  method: "patch",
  path: "/subscribers/{id}",
  operationId: "updateDevice",
  summary: "Update one's own subscription",
  description: "Tags, language, country, time zone, or a new token or endpoint; null clears.",
  tag: "Devices",
  rate: PUBLIC_RATE,
  params: { schema: UuidParams, thing: "subscriber" },
  body: UpdateSubscriber.omit({ user_id: true }),
  success: { status: 200, description: "As it is now.", schema: DeviceForm },
  run: async (ctx, { params, body }) => {
    if (ctx.subscriber.uuid !== params.id) refuse({ code: "not_found", what: "subscriber" });
    return deviceForm(await update(ctx, ctx.subscriber, body));
  },
});
