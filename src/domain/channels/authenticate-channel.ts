// The channel behind a channel key.
import { and, eq, gt, or } from "drizzle-orm";
import { channels } from "../../db/schema/index.ts";
import type { Ctx } from "../context.ts";
import type { Channel } from "./find-channel.ts";

/** The channel whose key, or whose last key in its grace period, has this SHA-256; null when there is none. */
export async function authenticateChannel(ctx: Ctx, hash: string): Promise<Channel | null> {
  const isLast = and(eq(channels.previousKeyHash, hash), gt(channels.previousKeyEndsAt, ctx.now()));
  const [channel] = await ctx.db
    .select()
    .from(channels)
    .where(or(eq(channels.keyHash, hash), isLast));
  return channel ?? null;
}
