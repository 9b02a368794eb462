// Channels, and which of them a principal can see: those of the apps that it can see.
import { and, eq, inArray } from "drizzle-orm";
import { channels, webhooks } from "../../db/schema/index.ts";
import { refuse } from "../../kit/refusal.ts";
import type { AccountCtx, Principal } from "../context.ts";

/** A row of `channels`. */
export type Channel = typeof channels.$inferSelect;

/** A channel, and where its callbacks go; null when they go nowhere. */
export interface ChannelView {
  channel: Channel;
  callback: { url: string; enabled: boolean } | null;
}

/** The columns of a view. No two of them share a name, since a batch of D1 returns rows by their columns' names. */
export const VIEW = { channel: channels, url: webhooks.url, enabled: webhooks.enabled };

/** The condition on `channels` that holds for all channels that the principal can see. */
export function visibleChannels(principal: Principal) {
  return and(
    eq(channels.accountId, principal.accountId),
    principal.appIds ? inArray(channels.appId, [...principal.appIds]) : undefined,
  );
}

/** The condition on `channels` that holds for the channel with this id, if the principal can see it. */
export function visibleChannel(principal: Principal, id: string) {
  return and(eq(channels.id, id), visibleChannels(principal));
}

/** Returns the channel with this id. Refuses `not_found`. */
export async function findChannel(ctx: AccountCtx, id: string): Promise<ChannelView> {
  const [row] = await ctx.db
    .select(VIEW)
    .from(channels)
    .innerJoin(webhooks, eq(webhooks.id, channels.callbackId))
    .where(visibleChannel(ctx.principal, id));
  return row ? viewOf(row) : refuse({ code: "not_found", what: "channel" });
}

/** Makes a view of a row of a channel and its callback's webhook. */
export function viewOf(row: { channel: Channel; url: string; enabled: boolean }): ChannelView {
  const { channel, url, enabled } = row;
  return { channel, callback: url === "" ? null : { url, enabled } };
}
