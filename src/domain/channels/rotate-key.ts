// Gives a channel a new key. The previous key keeps working for a grace period, so that clients can change over. A
// key that was still in such a period ends at once.
import { sql } from "drizzle-orm";
import { channels } from "../../db/schema/index.ts";
import { parse } from "../../kit/parse.ts";
import { refuse } from "../../kit/refusal.ts";
import { hashSecret, mintSecret, SECRET_PREFIX_SHOWN } from "../../kit/secret.ts";
import { SECOND_MS } from "../../kit/time.ts";
import { audited } from "../audit/entry.ts";
import type { AccountCtx } from "../context.ts";
import { RotateKey } from "./channel-input.ts";
import { findChannel, visibleChannel, type ChannelView } from "./find-channel.ts";

/**
 * Rotates the key, and returns the channel with the new key, which is shown this once. Refuses `not_found`,
 * `invalid`.
 */
export async function rotateKey(
  ctx: AccountCtx,
  id: string,
  input: unknown,
): Promise<ChannelView & { key: string }> {
  const { callback, channel: present } = await findChannel(ctx, id);
  const { grace_seconds: grace } = parse(RotateKey, input);
  const key = mintSecret("sw_chn_");
  const now = ctx.now();
  const rotation = ctx.db
    .update(channels)
    .set({
      keyHash: await hashSecret(key),
      keyPrefix: key.slice(0, SECRET_PREFIX_SHOWN),
      previousKeyHash: grace === 0 ? null : sql`${channels.keyHash}`,
      previousKeyEndsAt: grace === 0 ? null : now + grace * SECOND_MS,
      updatedAt: now,
    })
    .where(visibleChannel(ctx.principal, id))
    .returning();
  const [channel] = await audited(ctx, rotation, {
    did: "channel.rotate",
    id,
    name: present.name,
    facts: { app: present.appId, grace_seconds: grace },
  });
  if (!channel) return refuse({ code: "not_found", what: "channel" });
  return { channel, callback, key };
}
