// POST /apps/{id}/subscribers/{subscriber_id}/unsubscribe
import { unsubscribe } from "../../../domain/subscribers/change-subscriber.ts";
import { findSubscriber } from "../../../domain/subscribers/visible.ts";
import { SubscriberForm, subscriberForm, SubscriberParams, wrapped } from "../forms.ts";
import { pushOperation } from "../operation.ts";

export const unsubscribeSubscriber = pushOperation({
  method: "post",
  path: "/apps/{id}/subscribers/{subscriber_id}/unsubscribe",
  operationId: "unsubscribeSubscriber",
  summary: "Unsubscribe a subscriber",
  description: "It gets nothing more until it registers again. May be repeated.",
  tag: "Subscribers",
  scope: "push:write",
  params: { schema: SubscriberParams, thing: "subscriber" },
  success: { status: 200, description: "The subscriber.", schema: wrapped(SubscriberForm) },
  run: async (ctx, { params }) => {
    const subscriber = await findSubscriber(ctx, params.id, params.subscriber_id);
    return { data: subscriberForm(params.id, await unsubscribe(ctx, subscriber)) };
  },
});
