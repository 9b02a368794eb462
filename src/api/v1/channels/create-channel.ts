// POST /channels
import { CreateChannel } from "../../../domain/channels/channel-input.ts";
import { createChannel as create } from "../../../domain/channels/create-channel.ts";
import { keyOperation } from "../../../http/operation.ts";
import { wrapped } from "../forms.ts";
import { channelForm, NewChannelForm } from "./forms.ts";

export const createChannel = keyOperation({
  method: "post",
  path: "/channels",
  operationId: "createChannel",
  summary: "Create a channel",
  description:
    "Sends to single people by your own ids, through the channels API with `api_key`. Who subscribes and leaves is " +
    "POSTed to `callback_url`, https on a public host, with `Authorization: Basic` and `callback_secret`; what fails " +
    "is tried again as webhooks are. Both secrets are shown this once.",
  tag: "Channels",
  scope: "push:write",
  body: CreateChannel,
  success: { status: 201, description: "The new channel.", schema: wrapped(NewChannelForm) },
  idempotent: { secrets: ["api_key", "callback_secret"] },
  run: async (ctx, { body }) => {
    const made = await create(ctx, body);
    const secrets = { api_key: made.key, callback_secret: made.callbackSecret };
    return { data: { ...channelForm(made), ...secrets } };
  },
});
