// GET /channels
import { listChannels as list } from "../../../domain/channels/list-channels.ts";
import { keyOperation } from "../../../http/operation.ts";
import { list as listForm, listOf, Paging } from "../forms.ts";
import { ChannelForm, channelForm } from "./forms.ts";

export const listChannels = keyOperation({
  method: "get",
  path: "/channels",
  operationId: "listChannels",
  summary: "List channels",
  tag: "Channels",
  scope: "push:read",
  query: Paging,
  success: { status: 200, description: "Newest first.", schema: listOf(ChannelForm) },
  run: async (ctx, { query }) => listForm(await list(ctx, query), channelForm),
});
