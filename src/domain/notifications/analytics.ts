// An app's daily counters: the stored ones, and for today and yesterday, which the nightly run has not counted yet or
// may still be counting, the present counts.
import { and, desc, eq, gte, lte, sql } from "drizzle-orm";
import { z } from "zod";
import { dailyStats } from "../../db/schema/index.ts";
import { parse } from "../../kit/parse.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import { DAY_MS } from "../../kit/time.ts";
import type { App } from "../apps/find-app.ts";
import type { AccountCtx } from "../context.ts";
import { countsOf, dayOf, type Day, type DayCounts } from "./daily-stats.ts";

/** Days shown when none are asked for. */
const DEFAULT_DAYS = 30;
/** Most days in one answer: a leap year. */
const MAX_DAYS = 366;

const DateText = z.iso.date("must be a date such as 2025-06-14");
export const AnalyticsQuery = z.strictObject({
  start_date: DateText.optional().meta({
    description: "The first day, in UTC. By default 29 days before the last one.",
    example: "2025-06-01",
  }),
  end_date: DateText.optional().meta({
    description: "The last day, in UTC. By default today.",
    example: "2025-06-14",
  }),
});

export type DayStats = Omit<typeof dailyStats.$inferSelect, "appId">;

/**
 * The app's counters from start_date to end_date, both included, newest first; days on which nothing happened are
 * left out. Refuses `invalid`.
 */
export async function analytics(
  ctx: AccountCtx,
  { id }: Pick<App, "id">,
  query: unknown,
): Promise<DayStats[]> {
  const { first, last } = rangeOf(parse(AnalyticsQuery, query), ctx.now());
  const today = dayOf(ctx.now());
  const yesterday = dayOf(today.from - DAY_MS);
  const [kept, ...live] = await ctx.db.batch([
    ctx.db
      .select()
      .from(dailyStats)
      .where(and(eq(dailyStats.appId, id), gte(dailyStats.date, first), lte(dailyStats.date, last)))
      .orderBy(desc(dailyStats.date)),
    countsNow(ctx, today, id),
    countsNow(ctx, yesterday, id),
  ]);
  const days = new Map(kept.map((day) => [day.date, day]));
  const recent = live
    .flat()
    .filter(({ date }) => date >= first && date <= last)
    .map((now) => newest(now, days.get(now.date)));
  const older = kept.filter(({ date }) => date < yesterday.date);
  return [...recent.filter(isEventful), ...older];
}

function countsNow(ctx: AccountCtx, day: Day, appId: number) {
  return ctx.db
    .select({
      date: sql<string>`date`,
      sent: sql<number>`sent`,
      failed: sql<number>`failed`,
    })
    .from(sql`(${countsOf(day, appId)})`);
}

/** Merges the present counts into the stored counters, which they never lower. */
function newest(now: DayCounts, kept: DayStats | undefined): DayStats {
  return {
    date: now.date,
    sent: Math.max(now.sent, kept?.sent ?? 0),
    delivered: kept?.delivered ?? 0,
    clicked: kept?.clicked ?? 0,
    failed: Math.max(now.failed, kept?.failed ?? 0),
    newSubscribers: kept?.newSubscribers ?? 0,
    unsubscribes: kept?.unsubscribes ?? 0,
  };
}

function isEventful({ date: _date, ...counters }: DayStats): boolean {
  return Object.values(counters).some((count) => count > 0);
}

function rangeOf(
  wanted: z.output<typeof AnalyticsQuery>,
  now: number,
): { first: string; last: string } {
  const last = wanted.end_date ?? dayOf(now).date;
  const first = wanted.start_date ?? dayOf(Date.parse(last) - (DEFAULT_DAYS - 1) * DAY_MS).date;
  if (first > last) refuse(invalidField(["start_date"], "must not be after end_date"));
  if (Date.parse(last) - Date.parse(first) >= MAX_DAYS * DAY_MS) {
    refuse(invalidField(["start_date"], `must be less than ${MAX_DAYS} days before end_date`));
  }
  return { first, last };
}
