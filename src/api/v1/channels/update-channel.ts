// PATCH /channels/{id}
import { UpdateChannel } from "../../../domain/channels/channel-input.ts";
import { updateChannel as update } from "../../../domain/channels/update-channel.ts";
import { keyOperation } from "../../../http/operation.ts";
import { wrapped } from "../forms.ts";
import { ChannelForm, channelForm, ChannelParams } from "./forms.ts";

export const updateChannel = keyOperation({
  method: "patch",
  path: "/channels/{id}",
  operationId: "updateChannel",
  summary: "Update a channel",
  description: "Changes what is given; null takes the callback away. A channel stays with its app.",
  tag: "Channels",
  scope: "push:write",
  params: { schema: ChannelParams, thing: "channel" },
  body: UpdateChannel,
  success: { status: 200, description: "The channel as it is now.", schema: wrapped(ChannelForm) },
  run: async (ctx, { params, body }) => ({
    data: channelForm(await update(ctx, params.id, body)),
  }),
});
