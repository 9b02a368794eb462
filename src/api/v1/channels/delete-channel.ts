// DELETE /channels/{id}
import { deleteChannel as remove } from "../../../domain/channels/delete-channel.ts";
import { keyOperation } from "../../../http/operation.ts";
import { MessageForm } from "../forms.ts";
import { ChannelParams } from "./forms.ts";

export const deleteChannel = keyOperation({
  method: "delete",
  path: "/channels/{id}",
  operationId: "deleteChannel",
  summary: "Delete a channel",
  description: "With its codes, its subscriptions and what they received. No callbacks are made.",
  tag: "Channels",
  scope: "push:write",
  params: { schema: ChannelParams, thing: "channel" },
  success: { status: 200, description: "Gone.", schema: MessageForm },
  run: async (ctx, { params }) => {
    await remove(ctx, params.id);
    return { message: "Channel deleted successfully." };
  },
});
