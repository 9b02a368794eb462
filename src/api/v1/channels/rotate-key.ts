// POST /channels/{id}/rotate-key
import { RotateKey } from "../../../domain/channels/channel-input.ts";
import { rotateKey as rotate } from "../../../domain/channels/rotate-key.ts";
import { keyOperation } from "../../../http/operation.ts";
import { wrapped } from "../forms.ts";
import { channelForm, ChannelParams, RotatedForm } from "./forms.ts";

export const rotateKey = keyOperation({
  method: "post",
  path: "/channels/{id}/rotate-key",
  operationId: "rotateChannelKey",
  summary: "Rotate a channel's key",
  description:
    "The new key is shown this once. The old one works on for `grace_seconds`; one that was in such a time " +
    "already ends.",
  tag: "Channels",
  scope: "push:write",
  params: { schema: ChannelParams, thing: "channel" },
  body: RotateKey,
  success: { status: 200, description: "The channel and its key.", schema: wrapped(RotatedForm) },
  idempotent: { secrets: ["api_key"] },
  run: async (ctx, { params, body }) => {
    const { key, ...view } = await rotate(ctx, params.id, body);
    return { data: { ...channelForm(view), api_key: key } };
  },
});
