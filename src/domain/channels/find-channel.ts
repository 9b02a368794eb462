// Channels, and which of them a principal can see: those of the apps it can see.
import { and, eq, inArray } from "drizzle-orm";
import { channels, webhooks } from "../../db/schema/index.ts";
import { refuse } from "../../kit/refusal.ts";
import type { AccountCtx, Principal } from "../context.ts";

/** A channel as the database keeps it. */
export type Channel = typeof channels.$inferSelect;

/** A channel with where its callbacks go; null: nowhere. */
export interface ChannelView {
  channel: Channel;
  callback: { url: string; enabled: boolean } | null;
}

/** The columns of a view; no two share a name, since a batch of D1 answers rows by their columns' names. */
export const VIEW = { channel: channels, url: webhooks.url, enabled: webhooks.enabled };

/** The condition on `channels` that holds for the principal's channels. */
export function visibleChannels(principal: Principal) {
  return and(
    eq(channels.accountId, principal.accountId),
    principal.appIds ? inArray(channels.appId, [...principal.appIds]) : undefined,
  );
}

/** The condition that holds for one of the principal's channels. */
export function visibleChannel(principal: Principal, id: string) {
  return and(eq(channels.id, id), visibleChannels(principal));
}

/** The channel with this id. Refuses `not_found`. */
export async function findChannel(ctx: AccountCtx, id: string): Promise<ChannelView> {
  const [row] = await ctx.db
    .select(VIEW)
    .from(channels)
    .innerJoin(webhooks, eq(webhooks.id, channels.callbackId))
    .where(visibleChannel(ctx.principal, id));
  return row ? viewOf(row) : refuse({ code: "not_found", what: "channel" });
}

/** The view of a channel whose callback is this. */
export function viewOf(row: { channel: Channel; url: string; enabled: boolean }): ChannelView {
  const { channel, url, enabled } = row;
  return { channel, callback: url === "" ? null : { url, enabled } };
}
