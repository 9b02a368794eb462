// Each day's counters of each app. Deliveries and clicks are counted as they come (migrations/0005); the others
// are counted from rows, by the day a notification's sending began, a subscriber came, or left. Counting a day
// again never lowers it, since subscribers that were counted may be deleted since: so it can be done any
// number of times, and is for the days of a week, which makes up for runs that were missed.
import { sql, type SQL } from "drizzle-orm";
import { apps, dailyStats, notifications, subscribers } from "../../db/schema/index.ts";
import { DAY_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";

/** How many whole days are counted anew at each run. */
const DAYS_COUNTED = 7;

/** A UTC day: its name, YYYY-MM-DD, and its bounds, ms, the second exclusive. */
export interface Day {
  date: string;
  from: number;
  to: number;
}

/** The day `ms` lies in. */
export function dayOf(ms: number): Day {
  const from = Math.floor(ms / DAY_MS) * DAY_MS;
  return { date: new Date(from).toISOString().slice(0, 10), from, to: from + DAY_MS };
}

/** What is counted from rows. */
export interface DayCounts {
  date: string;
  sent: number;
  failed: number;
  newSubscribers: number;
  unsubscribes: number;
}

/** Writes the counters of yesterday and of the days before it that a missed run may have left out. */
export async function countDays(ctx: Ctx): Promise<void> {
  const yesterday = dayOf(ctx.now()).from - DAY_MS;
  for (let back = 0; back < DAYS_COUNTED; back += 1) {
    const day = dayOf(yesterday - back * DAY_MS);
    await ctx.db
      .insert(dailyStats)
      .select(
        // in the order of the table's columns; the WHERE also tells SQLite where the SELECT ends
        sql`SELECT appId, date, sent, 0, 0, failed, newSubscribers, unsubscribes
            FROM (${countsOf(day)}) WHERE sent + failed + newSubscribers + unsubscribes > 0`,
      )
      .onConflictDoUpdate({
        target: [dailyStats.appId, dailyStats.date],
        set: {
          sent: sql`max(${dailyStats.sent}, excluded.sent)`,
          failed: sql`max(${dailyStats.failed}, excluded.failed)`,
          newSubscribers: sql`max(${dailyStats.newSubscribers}, excluded.new_subscribers)`,
          unsubscribes: sql`max(${dailyStats.unsubscribes}, excluded.unsubscribes)`,
        },
      });
  }
}

/** The query that counts `day` for every app, or for one: rows of DayCounts with `appId`. */
export function countsOf({ date, from, to }: Day, appId?: number): SQL {
  const isOfApp = appId === undefined ? sql`true` : sql`${apps.id} = ${appId}`;
  const begun = sql`FROM ${notifications} WHERE ${notifications.appId} = ${apps.id}
    AND ${notifications.startedAt} >= ${from} AND ${notifications.startedAt} < ${to}`;
  const subscribersWhose = (at: SQL) => sql`(SELECT count(*) FROM ${subscribers}
    WHERE ${subscribers.appId} = ${apps.id} AND ${at} >= ${from} AND ${at} < ${to})`;
  return sql`SELECT ${apps.id} AS appId, ${date} AS date,
      (SELECT coalesce(sum(${notifications.sentCount}), 0) ${begun}) AS sent,
      (SELECT coalesce(sum(${notifications.failedCount}), 0) ${begun}) AS failed,
      ${subscribersWhose(sql`${subscribers.createdAt}`)} AS newSubscribers,
      ${subscribersWhose(sql`${subscribers.unsubscribedAt}`)} AS unsubscribes
    FROM ${apps} WHERE ${isOfApp}`;
}
