// Each day's counters of each app. Receipts, clicks, new subscribers and unsubscriptions are counted at once, by
// triggers (migrations/0001). Sent and failed messages are counted from rows, by the day on which sending began.
// Counting a day again never lowers its counters, so that each run counts the days of a whole week, which makes up
// for missed runs.
import { sql, type SQL } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { insertFrom } from "../../db/insert-from.ts";
import { apps, dailyStats, notifications } from "../../db/schema/index.ts";
import { DAY_MS, utcDay } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";
import { IS_SHOWN } from "./find-notification.ts";

/** Number of whole days that each run counts. */
const DAYS_COUNTED = 7;

/** A UTC day: its name, YYYY-MM-DD, and its bounds, ms, of which `to` is exclusive. */
export interface Day {
  date: string;
  from: number;
  to: number;
}

/** Returns the UTC day that contains `ms`. */
export function dayOf(ms: number): Day {
  const from = Math.floor(ms / DAY_MS) * DAY_MS;
  return { date: utcDay(from), from, to: from + DAY_MS };
}

/** The counters that are counted from rows. */
export interface DayCounts {
  date: string;
  sent: number;
  failed: number;
}

/** Writes the counters of yesterday, and of the days before it that a missed run may have left out. */
export async function countDays(ctx: Ctx): Promise<void> {
  const yesterday = dayOf(ctx.now()).from - DAY_MS;
  for (let back = 0; back < DAYS_COUNTED; back += 1) {
    const day = dayOf(yesterday - back * DAY_MS);
    await insertFrom(
      ctx.db,
      dailyStats,
      {
        appId: sql`counted.appId`,
        date: sql`counted.date`,
        sent: sql`counted.sent`,
        delivered: 0,
        clicked: 0,
        failed: sql`counted.failed`,
        newSubscribers: 0,
        unsubscribes: 0,
      },
      sql`FROM (${countsOf(day)}) AS counted WHERE counted.sent + counted.failed > 0`,
    ).onConflictDoUpdate({
      target: [dailyStats.appId, dailyStats.date],
      set: {
        sent: sql`max(${dailyStats.sent}, excluded.sent)`,
        failed: sql`max(${dailyStats.failed}, excluded.failed)`,
      },
    });
  }
}

/** The query that counts `day` for every app, or only for `appId`. It returns rows of DayCounts with an `appId`. */
export function countsOf({ date, from, to }: Day, appId?: number): SQL {
  const isOfApp = appId === undefined ? sql`true` : sql`${apps.id} = ${appId}`;
  const { createdAt, startedAt } = notifications;
  const of = sql`FROM ${notifications} WHERE ${notifications.appId} = ${apps.id} AND ${IS_SHOWN}`;
  // What began when it was made stands in one index, and what began later in another.
  const atOnce = sql`${of} AND ${startedAt} = ${createdAt} AND ${createdAt} >= ${from} AND ${createdAt} < ${to}`;
  const later = sql`${of} AND ${startedAt} <> ${createdAt} AND ${startedAt} >= ${from} AND ${startedAt} < ${to}`;
  const sum = (count: SQLiteColumn) =>
    sql`(SELECT coalesce(sum(${count}), 0) ${atOnce}) + (SELECT coalesce(sum(${count}), 0) ${later})`;
  return sql`SELECT ${apps.id} AS appId, ${date} AS date,
      ${sum(notifications.sentCount)} AS sent, ${sum(notifications.failedCount)} AS failed
    FROM ${apps} WHERE ${isOfApp}`;
}
