// DELETE /apps/{id}/subscribers/{subscriber_id}
import { deleteSubscriber as remove } from "../../../domain/subscribers/change-subscriber.ts";
import { findSubscriber } from "../../../domain/subscribers/visible.ts";
import { OK, OkForm, SubscriberParams } from "../forms.ts";
import { pushOperation } from "../operation.ts";

export const deleteSubscriber = pushOperation({
  method: "delete",
  path: "/apps/{id}/subscribers/{subscriber_id}",
  operationId: "deleteSubscriber",
  summary: "Delete a subscriber",
  tag: "Subscribers",
  scope: "push:write",
  params: { schema: SubscriberParams, thing: "subscriber" },
  success: { status: 200, description: "Gone.", schema: OkForm },
  run: async (ctx, { params }) => {
    const subscriber = await findSubscriber(ctx, params.id, params.subscriber_id);
    await remove(ctx, subscriber);
    return OK;
  },
});
