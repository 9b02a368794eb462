// GET /apps/{id}/subscribers/{subscriber_id}
import { findSubscriber } from "../../../domain/subscribers/visible.ts";
import { SubscriberForm, subscriberForm, SubscriberParams, wrapped } from "../forms.ts";
import { pushOperation } from "../operation.ts";

export const getSubscriber = pushOperation({
  method: "get",
  path: "/apps/{id}/subscribers/{subscriber_id}",
  operationId: "getSubscriber",
  summary: "Get a subscriber",
  tag: "Subscribers",
  scope: "push:read",
  params: { schema: SubscriberParams, thing: "subscriber" },
  success: { status: 200, description: "The subscriber.", schema: wrapped(SubscriberForm) },
  run: async (ctx, { params }) => {
    const subscriber = await findSubscriber(ctx, params.id, params.subscriber_id);
    return { data: subscriberForm(params.id, subscriber) };
  },
});
