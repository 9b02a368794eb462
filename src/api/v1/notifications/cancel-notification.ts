// DELETE /notifications/{id}
import { cancelNotification as cancel } from "../../../domain/notifications/cancel-notification.ts";
import { keyOperation } from "../../../http/operation.ts";
import { IdParams, MessageForm } from "../forms.ts";

export const cancelNotification = keyOperation({
  method: "delete",
  path: "/notifications/{id}",
  operationId: "cancelNotification",
  summary: "Cancel a scheduled notification",
  description: "Also one that is being sent: nobody it has not reached yet gets it.",
  tag: "Notifications",
  scope: "push:write",
  params: { schema: IdParams, thing: "notification" },
  success: { status: 200, description: "Cancelled.", schema: MessageForm },
  refusals: { 400: "It has been sent, has failed or was cancelled before." },
  run: async (ctx, { params }) => {
    await cancel(ctx, params.id);
    return { message: "Notification cancelled successfully." };
  },
});
