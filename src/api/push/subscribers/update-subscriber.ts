// PATCH /apps/{id}/subscribers/{subscriber_id}
import { updateSubscriber as update } from "../../../domain/subscribers/change-subscriber.ts";
import { UpdateSubscriber } from "../../../domain/subscribers/subscriber-input.ts";
import { findSubscriber } from "../../../domain/subscribers/visible.ts";
import { SubscriberForm, subscriberForm, SubscriberParams, wrapped } from "../forms.ts";
import { pushOperation } from "../operation.ts";

export const updateSubscriber = pushOperation({
  method: "patch",
  path: "/apps/{id}/subscribers/{subscriber_id}",
  operationId: "updateSubscriber",
  summary: "Update a subscriber",
  description:
    "Changes what is given; null clears. A new token or endpoint is of the same provider.",
  tag: "Subscribers",
  scope: "push:write",
  params: { schema: SubscriberParams, thing: "subscriber" },
  body: UpdateSubscriber,
  success: { status: 200, description: "The changed one.", schema: wrapped(SubscriberForm) },
  run: async (ctx, { params, body }) => {
    const subscriber = await findSubscriber(ctx, params.id, params.subscriber_id);
    return { data: subscriberForm(params.id, await update(ctx, subscriber, body)) };
  },
});
