// Lists an app's subscribers, newest first, filtered as the query says.
import { and, desc, eq, sql, type SQL } from "drizzle-orm";
import { z } from "zod";
import { SubscriberPlatform } from "../../kit/push/subscriber-platform.ts";
import { subscribers } from "../../db/schema/index.ts";
import { OffsetQuery } from "../../kit/pagination.ts";
import { parse } from "../../kit/parse.ts";
import type { App } from "../apps/find-app.ts";
import type { AccountCtx } from "../context.ts";
import { canonicalText, Named } from "./facts/text.ts";
import type { Subscriber } from "./find-subscriber.ts";

const STATUSES = ["active", "inactive", "unsubscribed"] as const;

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
): Promise<Subscriber[]> {
  const wanted = parse(SubscriberQuery, query);
  const { limit, offset } = wanted;
  const filter = and(
    eq(subscribers.appId, app.id),
    wanted.platform && eq(subscribers.platform, wanted.platform),
    wanted.tag === undefined
      ? undefined
      : sql`EXISTS (SELECT 1 FROM json_each(${subscribers.tags}) WHERE value = ${wanted.tag})`,
  );
  const statuses = wanted.status ? [wanted.status] : STATUSES;
  const ids =
    wanted.user_id === undefined
      ? newestByStatus(filter, statuses, limit + offset)
      : idsOfUser(filter, wanted.user_id, statuses);
  return ctx.db
    .select()
    .from(subscribers)
    .where(sql`${subscribers.id} IN (${ids})`)
    .orderBy(desc(subscribers.id))
    .limit(limit)
    .offset(offset);
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

/** A user has few subscribers. The plus keeps the query planner from reading the whole index on status for them. */
function idsOfUser(filter: SQL | undefined, userId: string, statuses: readonly string[]): SQL {
  const status = sql.join(
    statuses.map((each) => sql`${each}`),
    sql`, `,
  );
  return sql`SELECT ${subscribers.id} FROM ${subscribers}
    WHERE ${filter} AND ${subscribers.userId} = ${userId} AND +${subscribers.status} IN (${status})`;
}
