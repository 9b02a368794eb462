// Finds the channel that a channel key belongs to, and whether its account is suspended, in one query.
import { and, eq, gt, or } from "drizzle-orm";
import { accounts, channels } from "../../db/schema/index.ts";
import { SUSPENSION, type MaybeSuspended } from "../accounts/suspension.ts";
import type { Ctx } from "../context.ts";
import type { Channel } from "./find-channel.ts";

/**
 * Returns the channel whose key has this SHA-256, or whose previous key has it and is in its grace period; null when
 * there is none.
 */
export async function authenticateChannel(
  ctx: Ctx,
  hash: string,
): Promise<{ channel: Channel; account: MaybeSuspended } | null> {
  const isLast = and(eq(channels.previousKeyHash, hash), gt(channels.previousKeyEndsAt, ctx.now()));
  const [found] = await ctx.db
    .select({
      channel: channels,
      account: SUSPENSION,
    })
    .from(channels)
    .innerJoin(accounts, eq(accounts.id, channels.accountId))
    .where(or(eq(channels.keyHash, hash), isLast));
  return found ?? null;
}
