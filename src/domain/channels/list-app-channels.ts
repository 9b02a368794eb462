// Lists the channels of one app, each with how many people it has.
import { and, count, desc, eq, sql } from "drizzle-orm";
import { countedUpToMost } from "../../db/count.ts";
import { channels, channelSubscriptions, webhooks } from "../../db/schema/index.ts";
import { PageQuery, slice, upToMost, type Page, type Total } from "../../kit/pagination.ts";
import { parse } from "../../kit/parse.ts";
import type { App } from "../apps/find-app.ts";
import type { AccountCtx } from "../context.ts";
import { VIEW, viewOf, visibleChannels, type ChannelView } from "./find-channel.ts";

/** People that each channel of a list is counted up to: a page has twenty channels, and counts those of all. */
const MOST_PEOPLE = 1000;

export interface CountedChannel extends ChannelView {
  people: Total;
}

/** Returns a page of the app's channels, newest first. Refuses `invalid`. */
export async function listAppChannels(
  ctx: AccountCtx,
  app: App,
  query: unknown,
): Promise<Page<CountedChannel>> {
  const page = parse(PageQuery, query);
  const own = and(visibleChannels(ctx.principal), eq(channels.appId, app.id));
  const { limit, offset } = slice(page);
  // The tables' names are written in full, since drizzle leaves them out here.
  const people = countedUpToMost(
    sql`SELECT 1 FROM ${channelSubscriptions} AS joined WHERE joined.channel_id = channels.id`,
    MOST_PEOPLE,
  );
  const [totals, rows] = await ctx.db.batch([
    ctx.db.select({ total: count() }).from(channels).where(own),
    ctx.db
      .select({ ...VIEW, people })
      .from(channels)
      .innerJoin(webhooks, eq(webhooks.id, channels.callbackId))
      .where(own)
      .orderBy(desc(channels.id))
      .limit(limit)
      .offset(offset),
  ]);
  const counted = rows.map((row) => ({
    ...viewOf(row),
    people: upToMost(row.people, MOST_PEOPLE),
  }));
  return { rows: counted, page: page.page, total: totals[0]?.total ?? 0 };
}
