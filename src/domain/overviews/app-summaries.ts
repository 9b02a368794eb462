// What a list of apps says of each besides its name, in one round trip: its newest build, when it last sent, and the
// sends of its last days.
import { and, eq, gte, inArray, sql } from "drizzle-orm";
import { appCounts, apps, builds, dailyStats, notifications } from "../../db/schema/index.ts";
import { DAY_MS } from "../../kit/time.ts";
import type { Build } from "../builds/find-build.ts";
import type { AccountCtx } from "../context.ts";
import { subscribersCounted } from "../subscribers/counts.ts";
import { visibleApps } from "../apps/find-app.ts";

/** Days of which a list shows the sends. */
export const SUMMED_DAYS = 30;

export interface AppSummary {
  newestBuild: Pick<Build, "id" | "status" | "versionName"> | null;
  /** When its last notification began to be sent, ms; null for none. */
  lastSentAt: number | null;
  /** Recipients of each of the last SUMMED_DAYS days in UTC, the oldest first. Today's are counted at night. */
  sent: number[];
}

/**
 * Returns what each of these apps is summed up as, of those that the principal can see, and how many active subscribers
 * all apps of theirs have together.
 */
export async function appSummaries(
  ctx: AccountCtx,
  appIds: readonly number[],
): Promise<{ of: Map<number, AppSummary>; subscribers: number }> {
  const visible = visibleApps(ctx.principal);
  const shown = and(inArray(apps.id, [...appIds]), visible);
  const now = ctx.now();
  const days = Array.from({ length: SUMMED_DAYS }, (_, at) =>
    new Date(now - (SUMMED_DAYS - 1 - at) * DAY_MS).toISOString().slice(0, 10),
  );
  const newest = sql`(SELECT max(id) FROM ${builds} WHERE app_id = ${apps.id})`;
  const [newestBuilds, lastSends, stats, totals] = await ctx.db.batch([
    ctx.db
      .select({
        appId: builds.appId,
        id: builds.id,
        status: builds.status,
        versionName: builds.versionName,
      })
      .from(apps)
      .innerJoin(builds, eq(builds.id, newest))
      .where(shown),
    ctx.db
      // A subquery for each, which reads one row of the index by app and time: a join would read all that were sent. The
      // tables' names are written in full, since drizzle leaves them out here.
      .select({
        appId: apps.id,
        at: sql<number | null>`(SELECT max(sent.started_at) FROM ${notifications} AS sent
          WHERE sent.app_id = apps.id AND sent.is_test = 0)`,
      })
      .from(apps)
      .where(shown),
    ctx.db
      .select({ appId: dailyStats.appId, date: dailyStats.date, sent: dailyStats.sent })
      .from(apps)
      .innerJoin(dailyStats, eq(dailyStats.appId, apps.id))
      .where(and(shown, gte(dailyStats.date, days[0] ?? ""))),
    ctx.db
      .select({ active: sql<number | null>`sum${subscribersCounted(["active"])}` })
      .from(apps)
      .innerJoin(appCounts, eq(appCounts.appId, apps.id))
      .where(visible),
  ]);
  const of = new Map(
    appIds.map((id): [number, AppSummary] => {
      const sent = new Map(
        stats.filter(({ appId }) => appId === id).map((day) => [day.date, day.sent]),
      );
      return [
        id,
        {
          newestBuild: newestBuilds.find(({ appId }) => appId === id) ?? null,
          lastSentAt: lastSends.find(({ appId }) => appId === id)?.at ?? null,
          sent: days.map((day) => sent.get(day) ?? 0),
        },
      ];
    }),
  );
  return { of, subscribers: totals[0]?.active ?? 0 };
}
