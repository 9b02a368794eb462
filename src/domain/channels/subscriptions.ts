// The subscriptions of a channel, as its owner reads them.
import { and, asc, eq } from "drizzle-orm";
import { channelSubscriptions } from "../../db/schema/index.ts";
import { refuse } from "../../kit/refusal.ts";
import type { Ctx } from "../context.ts";
import { Iuid } from "./channel-input.ts";
import type { Channel } from "./find-channel.ts";

export type ChannelSubscription = typeof channelSubscriptions.$inferSelect;

/** Most subscriptions listed: the answer is not paged (docs/contracts.md, Channels 8). */
const MAX_LISTED = 10_000;

/** Returns the channel's subscriptions, oldest first. */
export async function listSubscriptions(
  ctx: Ctx,
  channel: Channel,
): Promise<ChannelSubscription[]> {
  return ctx.db
    .select()
    .from(channelSubscriptions)
    .where(eq(channelSubscriptions.channelId, channel.id))
    .orderBy(asc(channelSubscriptions.id))
    .limit(MAX_LISTED);
}

/** Returns the subscription of `iuid`. Refuses `not_found`. */
export async function findSubscription(
  ctx: Ctx,
  channel: Channel,
  iuid: string,
): Promise<ChannelSubscription> {
  const [row] = await ctx.db.select().from(channelSubscriptions).where(ofIuid(channel, iuid));
  return row ?? refuse({ code: "not_found", what: "subscription" });
}

/**
 * The condition that holds for the channel's subscription of `iuid`. Refuses `not_found` when `iuid` is invalid,
 * since it has no subscription then.
 */
export function ofIuid(channel: Channel, iuid: string) {
  if (!Iuid.safeParse(iuid).success) refuse({ code: "not_found", what: "subscription" });
  return and(eq(channelSubscriptions.channelId, channel.id), eq(channelSubscriptions.iuid, iuid));
}
