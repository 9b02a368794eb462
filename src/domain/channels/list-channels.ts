// Lists the channels that the principal can see.
import { count, desc, eq } from "drizzle-orm";
import { channels, webhooks } from "../../db/schema/index.ts";
import { PageQuery, slice, type Page } from "../../kit/pagination.ts";
import { parse } from "../../kit/parse.ts";
import type { AccountCtx } from "../context.ts";
import { VIEW, viewOf, visibleChannels, type ChannelView } from "./find-channel.ts";

/** Returns a page of the channels, newest first. Refuses `invalid`. */
export async function listChannels(ctx: AccountCtx, query: unknown): Promise<Page<ChannelView>> {
  const page = parse(PageQuery, query);
  const own = visibleChannels(ctx.principal);
  const { limit, offset } = slice(page);
  const [totals, rows] = await ctx.db.batch([
    ctx.db.select({ total: count() }).from(channels).where(own),
    ctx.db
      .select(VIEW)
      .from(channels)
      .innerJoin(webhooks, eq(webhooks.id, channels.callbackId))
      .where(own)
      .orderBy(desc(channels.id))
      .limit(limit)
      .offset(offset),
  ]);
  return { rows: rows.map(viewOf), page: page.page, total: totals[0]?.total ?? 0 };
}
