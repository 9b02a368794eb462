// The people of a channel, a page at a time, as its owner looks through them.
import { and, desc, eq, gte, lt, sql } from "drizzle-orm";
import { z } from "zod";
import { countedUpToMost } from "../../db/count.ts";
import { channelDevices, channelSubscriptions } from "../../db/schema/index.ts";
import { PageQuery, slice, upToMost, type Listed } from "../../kit/pagination.ts";
import { parse } from "../../kit/parse.ts";
import type { Ctx } from "../context.ts";
import { MAX_IUID } from "./channel-input.ts";
import type { Channel } from "./find-channel.ts";
import type { ChannelSubscription } from "./subscriptions.ts";

export const SubscriptionsQuery = PageQuery.extend({
  /** What the iuid begins with. */
  iuid: z.string().max(MAX_IUID).optional(),
});

/** A subscription, and how many devices are bound to it. */
export type BoundPerson = ChannelSubscription & { devices: number };

/** Returns a page of the channel's subscriptions, those first that came last. Refuses `invalid`. */
export async function pageSubscriptions(
  ctx: Ctx,
  channel: Channel,
  query: unknown,
): Promise<Listed<BoundPerson> & { page: number }> {
  const { iuid = "", ...page } = parse(SubscriptionsQuery, query);
  const ofChannel = and(
    eq(channelSubscriptions.channelId, channel.id),
    iuid === "" ? undefined : beginsWith(iuid),
  );
  const { limit, offset } = slice(page);
  const all = ctx.db
    .select({ id: channelSubscriptions.id })
    .from(channelSubscriptions)
    .where(ofChannel);
  const [totals, rows] = await ctx.db.batch([
    ctx.db.select({ found: countedUpToMost(all.getSQL()) }).from(sql`(SELECT 1)`),
    ctx.db
      .select({
        subscription: channelSubscriptions,
        // The tables' names are written in full, since drizzle leaves them out here.
        devices: sql<number>`(SELECT count(*) FROM ${channelDevices} AS bound
          WHERE bound.subscription_id = channel_subscriptions.id)`,
      })
      .from(channelSubscriptions)
      .where(ofChannel)
      .orderBy(desc(channelSubscriptions.id))
      .limit(limit)
      .offset(offset),
  ]);
  return {
    rows: rows.map(({ subscription, devices }) => ({ ...subscription, devices })),
    total: upToMost(totals[0]?.found ?? 0),
    page: page.page,
  };
}

/** The condition that the index by iuid serves: no text that begins so sorts after it with the last character added. */
function beginsWith(start: string) {
  return and(
    gte(channelSubscriptions.iuid, start),
    lt(channelSubscriptions.iuid, `${start}\u{10ffff}`),
  );
}
