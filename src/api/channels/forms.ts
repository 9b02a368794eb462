// The parameters in paths that requests to the channels API have in common (docs/contracts.md, Channels 2 to 5).
import { z } from "@hono/zod-openapi";
import { MAX_IUID } from "../../domain/channels/channel-input.ts";
import { PLAIN_PATTERN } from "../../kit/fields.ts";
import { HEX_ID } from "../../kit/hex-id.ts";

/** The form of the id is checked by http/authenticate.ts, even before the key. */
export const ChannelParams = z.object({
  channelId: z.string().openapi({ example: "63c7e1a49b02d1f59423bb38" }).openapi({
    pattern: HEX_ID.source,
    description: "The id of the channel, 24 hex digits. What has another form is refused with 400.",
  }),
});

export const IuidParams = ChannelParams.extend({
  iuid: z.string().openapi({
    minLength: 1,
    maxLength: MAX_IUID,
    pattern: PLAIN_PATTERN,
    description: "Your own id of the person.",
  }),
});
