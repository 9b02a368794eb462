// What operators are told of the builders: how many builds wait and how long, what each host works on, and how the builds of the
// last hour went.
import { and, eq, gte, inArray, sql } from "drizzle-orm";
import { countedUpToMost } from "../../db/count.ts";
import { accounts, apps, builds } from "../../db/schema/index.ts";
import type { Total } from "../../kit/pagination.ts";
import { upToMost } from "../../kit/pagination.ts";
import { HOUR_MS } from "../../kit/time.ts";
import { activityOf, listBuilders, type BuilderView } from "../builds/builders.ts";
import type { Build } from "../builds/find-build.ts";
import type { Ctx } from "../context.ts";

/** How far waiting builds, and those of the last hour, are counted. */
const COUNTED = 500;
/** How many builds the usual duration is told by: the newest that were completed within the hour. */
const TIMED = 100;
/** Hosts that the page shows, the newest; the API lists all. */
export const SHOWN_HOSTS = 50;
/** Jobs of a host that are named. */
export const SHOWN_JOBS = 5;

/** A job as its host's card shows it. */
export type ShownJob = Pick<
  Build,
  "id" | "buildType" | "buildFormat" | "adiToken" | "startedAt" | "createdAt"
> & { appName: string; accountName: string };

export interface Host extends BuilderView {
  state: ReturnType<typeof activityOf>["state"];
  /** The jobs that it has, of which the first are shown. */
  jobs: number;
  shown: ShownJob[];
}

/** What waits, and what is being made. */
export interface Load {
  waiting: Total;
  /** When the oldest build that waits was triggered, ms; null for none. */
  oldestAt: number | null;
  /** Jobs of the hosts that were heard of lately. */
  running: number;
  /** How many they could work on at once; a host that drains has no places but those it fills. */
  places: number;
  /** How many of the hosts get new jobs. */
  ready: number;
}

/** How the builds that were triggered within the last hour ended. */
export interface LastHour {
  completed: Total;
  failed: Total;
  /** The median duration, and the longest, of the newest TIMED that were completed, ms; null before any. */
  medianMs: number | null;
  slowestMs: number | null;
}

/** Returns the load of all builders, with their hosts, the newest first. Two round trips. */
export async function builderLoad(ctx: Ctx): Promise<{ load: Load; hosts: Host[] }> {
  const waits = sql`SELECT 1 FROM builds WHERE status = 'pending'`;
  const oldest = sql<number | null>`(SELECT min(created_at) FROM builds WHERE status = 'pending')`;
  const [all, [[queue]]] = await Promise.all([
    listBuilders(ctx),
    ctx.db.batch([
      ctx.db
        .select({
          waiting: countedUpToMost(waits, COUNTED).as("waiting"),
          oldestAt: oldest.as("oldest"),
        })
        .from(sql`(SELECT 1)`),
    ]),
  ]);
  const now = ctx.now();
  const active = all.map((view) => ({ view, ...activityOf(view, now) }));
  const shownIds = active.slice(0, SHOWN_HOSTS).flatMap(({ jobs }) => jobs.slice(0, SHOWN_JOBS));
  const shown = await jobsOf(ctx, shownIds);
  const ready = active.filter(({ state }) => state === "idle" || state === "busy");
  const load = {
    waiting: upToMost(queue?.waiting ?? 0, COUNTED),
    oldestAt: queue?.oldestAt ?? null,
    running: active.reduce((sum, { jobs }) => sum + jobs.length, 0),
    places: active.reduce((sum, each) => sum + placesOf(each), 0),
    ready: ready.length,
  };
  const hosts = active.slice(0, SHOWN_HOSTS).map(({ view, state, jobs }) => ({
    ...view,
    state,
    jobs: jobs.length,
    shown: jobs.slice(0, SHOWN_JOBS).flatMap((id) => shown.get(id) ?? []),
  }));
  return { load, hosts };
}

function placesOf({ view, state, jobs }: { view: BuilderView } & ReturnType<typeof activityOf>) {
  // A builder that does not say takes one.
  return state === "idle" || state === "busy" ? (view.live?.slots ?? 1) : jobs.length;
}

async function jobsOf(ctx: Ctx, ids: readonly number[]): Promise<Map<number, ShownJob>> {
  if (ids.length === 0) return new Map();
  const rows = await ctx.db
    .select({
      id: builds.id,
      buildType: builds.buildType,
      buildFormat: builds.buildFormat,
      adiToken: builds.adiToken,
      startedAt: builds.startedAt,
      createdAt: builds.createdAt,
      appName: sql<string>`${apps.name}`.as("app_name"),
      accountName: sql<string>`${accounts.name}`.as("account_name"),
    })
    .from(builds)
    .innerJoin(apps, eq(apps.id, builds.appId))
    .innerJoin(accounts, eq(accounts.id, builds.accountId))
    .where(inArray(builds.id, sql`(SELECT value FROM json_each(${JSON.stringify(ids)}))`));
  return new Map(rows.map((row) => [row.id, row]));
}

/** Returns how the builds of the last hour went, in one round trip. */
export async function lastHour(ctx: Ctx): Promise<LastHour> {
  const since = ctx.now() - HOUR_MS;
  const counted = (status: "completed" | "failed") =>
    countedUpToMost(
      sql`SELECT 1 FROM builds WHERE status = ${status} AND created_at >= ${since}`,
      COUNTED,
    ).as(status);
  const [[counts], timed] = await ctx.db.batch([
    ctx.db
      .select({ completed: counted("completed"), failed: counted("failed") })
      .from(sql`(SELECT 1)`),
    ctx.db
      .select({ startedAt: builds.startedAt, completedAt: builds.completedAt })
      .from(builds)
      .where(and(eq(builds.status, "completed"), gte(builds.createdAt, since)))
      .orderBy(sql`${builds.createdAt} DESC`)
      .limit(TIMED),
  ]);
  const durations = timed
    .map(({ startedAt, completedAt }) => Number(completedAt) - Number(startedAt))
    .toSorted((a, b) => a - b);
  return {
    completed: upToMost(counts?.completed ?? 0, COUNTED),
    failed: upToMost(counts?.failed ?? 0, COUNTED),
    medianMs: durations[Math.floor(durations.length / 2)] ?? null,
    slowestMs: durations.at(-1) ?? null,
  };
}
