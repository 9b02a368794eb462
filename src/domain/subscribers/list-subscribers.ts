// Lists an app's subscribers, newest first, filtered as the query says, and counts them: by platform and status from the
// kept counts, by tag or user up to MAX_COUNTED.
import { and, desc, eq, sql, type SQL } from "drizzle-orm";
import { z } from "zod";
import { SubscriberPlatform } from "../../kit/push/subscriber-platform.ts";
import { countedUpToMost } from "../../db/count.ts";
import { appCounts, subscribers } from "../../db/schema/index.ts";
import { exactly, MAX_COUNTED, OffsetQuery, upToMost, type Listed } from "../../kit/pagination.ts";
import { parse } from "../../kit/parse.ts";
import type { App } from "../apps/find-app.ts";
import type { AccountCtx } from "../context.ts";
import { STATUSES, subscribersCounted } from "./counts.ts";
import { canonicalText, Named } from "./facts/text.ts";
import type { Subscriber } from "./find-subscriber.ts";
import { membersOf, newestWithTag } from "./tag-blocks.ts";

type Status = (typeof STATUSES)[number];

export const SubscriberQuery = OffsetQuery.extend({
  platform: SubscriberPlatform.optional(),
  status: z.enum(STATUSES).optional(),
  user_id: Named.transform(canonicalText).optional(),
  tag: Named.transform(canonicalText).optional(),
});

/** Returns a page of the app's subscribers. Refuses `invalid`. */
export async function listSubscribers(
  ctx: AccountCtx,
  app: App,
  query: unknown,
): Promise<Listed<Subscriber>> {
  const wanted = parse(SubscriberQuery, query);
  const { limit, offset } = wanted;
  const statuses = wanted.status ? [wanted.status] : STATUSES;
  const ids = idsOf(app.id, wanted, statuses, limit + offset);
  const [totals, rows] = await ctx.db.batch([
    ctx.db
      .select({ found: totalOf(app.id, wanted, statuses) })
      .from(appCounts)
      .where(eq(appCounts.appId, app.id)),
    ctx.db
      .select()
      .from(subscribers)
      .where(sql`${subscribers.id} IN (${ids})`)
      .orderBy(desc(subscribers.id))
      .limit(limit)
      .offset(offset),
  ]);
  const { platform, status, user_id: userId, tag } = wanted;
  const isFiltered = [platform, status, userId, tag].some((filter) => filter !== undefined);
  const found = totals[0]?.found ?? 0;
  return { rows, total: isFiltered ? upToMost(found) : exactly(found) };
}

type Wanted = z.output<typeof SubscriberQuery>;

/** The expression over `app_counts` for how many subscribers are `wanted`, or one more than MAX_COUNTED. */
function totalOf(appId: number, wanted: Wanted, statuses: readonly Status[]): SQL<number> {
  const { platform, status, user_id: userId, tag } = wanted;
  if (userId === undefined && tag === undefined) {
    return subscribersCounted(statuses, platform && [platform]);
  }
  if (userId === undefined && tag !== undefined && !platform && !status) {
    return countedUpToMost(membersOf(appId, tag));
  }
  return countedUpToMost(idsOf(appId, wanted, statuses, MAX_COUNTED + 1));
}

/** The query for the ids of the subscribers that are `wanted`, or of the newest `count` of them. */
function idsOf(
  appId: number,
  { platform, user_id: userId, tag }: Wanted,
  statuses: readonly Status[],
  count: number,
): SQL {
  const onPlatform = platform && eq(subscribers.platform, platform);
  if (userId !== undefined) {
    const hasTag =
      tag === undefined
        ? undefined
        : sql`EXISTS (SELECT 1 FROM json_each(${subscribers.tags}) WHERE value = ${tag})`;
    return idsOfUser(and(eq(subscribers.appId, appId), onPlatform, hasTag), userId, statuses);
  }
  if (tag !== undefined) {
    const filter = and(sql`+${subscribers.appId} = ${appId}`, onPlatform, inStatuses(statuses));
    return newestWithTag(appId, tag, filter, count);
  }
  return newestByStatus(and(eq(subscribers.appId, appId), onPlatform), statuses, count);
}

/**
 * The newest ids of each status. The index on (app, status, id) has those of each status in order, so that a page of
 * an app with a million subscribers reads no more than a page's rows and does not sort the million.
 */
function newestByStatus(filter: SQL | undefined, statuses: readonly string[], count: number): SQL {
  const parts = statuses.map(
    (status) => sql`SELECT * FROM (SELECT ${subscribers.id} FROM ${subscribers}
      WHERE ${filter} AND ${subscribers.status} = ${status}
      ORDER BY ${subscribers.id} DESC LIMIT ${count})`,
  );
  return sql.join(parts, sql` UNION ALL `);
}

/** A user has few subscribers. */
function idsOfUser(filter: SQL | undefined, userId: string, statuses: readonly string[]): SQL {
  return sql`SELECT ${subscribers.id} FROM ${subscribers}
    WHERE ${filter} AND ${subscribers.userId} = ${userId} AND ${inStatuses(statuses)}`;
}

/** The plus keeps the query planner from reading the whole index on status for few rows. */
function inStatuses(statuses: readonly string[]): SQL {
  const listed = sql.join(
    statuses.map((each) => sql`${each}`),
    sql`, `,
  );
  return sql`+${subscribers.status} IN (${listed})`;
}
