// What a list of apps says of each besides its name, in one round trip: its newest build, when it last sent, and the
// sends of its last days.
import { and, eq, gte, inArray, sql } from "drizzle-orm";
import { appCounts, apps, builds, dailyStats } from "../../db/schema/index.ts";
import { DAY_MS } from "../../kit/time.ts";
import type { Build } from "../builds/find-build.ts";
import type { AccountCtx } from "../context.ts";
import { subscribersCounted } from "../subscribers/counts.ts";
import { visibleApps } from "../apps/find-app.ts";

/** Days of which a list shows the sends. */
export const SUMMED_DAYS = 30;

/**
 * Newest notifications of an app that are looked at for one that began when it was made, later than all that did not: those
 * that have not begun are half as many at most.
 */
const LOOKED_AT = 2000;

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
  // Subqueries for each app, which read a few rows of an index: a join would read all that were sent. The tables' names are
  // written in full, since drizzle leaves them out.
  const later = sql`(SELECT coalesce(max(sent.started_at), 0) FROM notifications AS sent INDEXED BY notifications_later
    WHERE sent.app_id = apps.id AND sent.started_at <> sent.created_at AND sent.is_test = 0)`;
  const made = sql`SELECT started_at, started_at = created_at AND is_test = 0 AS counts
    FROM notifications INDEXED BY notifications_app
    WHERE app_id = apps.id AND created_at > ${later} ORDER BY created_at DESC LIMIT ${LOOKED_AT}`;
  const last = sql<number>`coalesce((SELECT started_at FROM (${made}) WHERE counts LIMIT 1), ${later})`;
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
      .select({ appId: apps.id, at: sql<number | null>`nullif(${last}, 0)` })
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
