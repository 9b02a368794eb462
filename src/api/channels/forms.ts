// The parts that requests and answers of the channels API have in common (docs/contracts.md, Channels 2 to 5): ids, and
// times in Unix seconds.
import { z } from "@hono/zod-openapi";
import { SECOND_MS } from "../../kit/time.ts";

/** The form of the id is checked by http/authenticate.ts, even before the key. */
export const ChannelParams = z.object({
  channelId: z.string().openapi({ example: "63c7e1a49b02d1f59423bb38" }),
});

export const IuidParams = ChannelParams.extend({
  iuid: z.string().openapi({ description: "Your own id of the person." }),
});

export const HexId = z.string().openapi({ example: "63c7e1a49b02d1f59423bb38" });
export const UnixTime = z.int().openapi({ description: "Unix seconds." });

/** A time in milliseconds as the API writes it. */
export function unix(ms: number): number {
  return Math.floor(ms / SECOND_MS);
}
