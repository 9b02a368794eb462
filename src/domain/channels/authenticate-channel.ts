// Finds the channel that a channel key belongs to.
import { and, eq, gt, or } from "drizzle-orm";
import { channels } from "../../db/schema/index.ts";
import type { Ctx } from "../context.ts";
import type { Channel } from "./find-channel.ts";

/**
 * Returns the channel whose key has this SHA-256, or whose previous key has it and is in its grace period; null when
 * there is none.
 */
export async function authenticateChannel(ctx: Ctx, hash: string): Promise<Channel | null> {
  const isLast = and(eq(channels.previousKeyHash, hash), gt(channels.previousKeyEndsAt, ctx.now()));
  const [channel] = await ctx.db
    .select()
    .from(channels)
    .where(or(eq(channels.keyHash, hash), isLast));
  return channel ?? null;
}
