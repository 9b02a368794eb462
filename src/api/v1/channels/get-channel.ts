// GET /channels/{id}
import { findChannel } from "../../../domain/channels/visible.ts";
import { keyOperation } from "../../../http/operation.ts";
import { wrapped } from "../forms.ts";
import { ChannelForm, channelForm, ChannelParams } from "./forms.ts";

export const getChannel = keyOperation({
  method: "get",
  path: "/channels/{id}",
  operationId: "getChannel",
  summary: "Get a channel",
  tag: "Channels",
  scope: "push:read",
  params: { schema: ChannelParams, thing: "channel" },
  success: { status: 200, description: "The channel.", schema: wrapped(ChannelForm) },
  run: async (ctx, { params }) => ({ data: channelForm(await findChannel(ctx, params.id)) }),
});
