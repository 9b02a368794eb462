// What the page of an app's builds shows: a page of them, of one status if that is asked for, with what signs each; how
// many there are of each status; and how long they take.
import { and, count, desc, eq, inArray, isNotNull, sql } from "drizzle-orm";
import { z } from "zod";
import { appCounts, apps, builds, keystores } from "../../db/schema/index.ts";
import { slice } from "../../kit/pagination.ts";
import { refuse } from "../../kit/refusal.ts";
import { visibleApp, type App } from "../apps/find-app.ts";
import type { AccountCtx } from "../context.ts";
import { buildsOf, IS_COMPLETED, type Build } from "./find-build.ts";

/** Rows of a page. */
const PER_PAGE = 20;
/** How many completed builds the usual duration is told by, the newest. */
const TIMED = 50;
/** The statuses that a build ends with. */
const ENDED = ["completed", "failed", "cancelled"] as const;
type EndedStatus = (typeof ENDED)[number];

/** Where what stands in an address is none of these, it is left out: an address is no form. */
const Query = z.object({
  status: z.enum(ENDED).optional().catch(undefined),
  page: z.coerce.number().int().min(1).max(1_000_000).catch(1),
});

export interface ListedBuild {
  build: Build;
  /** The name of the keystore that it names; null for none, and for one that is deleted. */
  keystoreName: string | null;
}

export interface BuildsOfApp {
  app: App;
  rows: ListedBuild[];
  /** The status that the rows have; undefined for any. */
  status: EndedStatus | undefined;
  page: number;
  perPage: number;
  /** How many there are in all, and of each status that they end with. */
  total: number;
  counts: Record<EndedStatus, number>;
  /** The median duration of the newest that completed, from a builder's start to the end, ms; null before any. */
  medianMs: number | null;
}

/** The counts of an app that is not there. */
const NONE = { total: 0, completed: 0, failed: 0, active: 0 };

/** Returns what is known of the builds of the app with this id, in one round trip. Refuses `not_found`. */
export async function buildsOfApp(
  ctx: AccountCtx,
  appId: number,
  query: unknown,
): Promise<BuildsOfApp> {
  const { status, page } = Query.parse(query);
  const ofApp = buildsOf(ctx.principal, appId);
  const isActive = and(ofApp, inArray(builds.status, ["pending", "building"]));
  const isCompleted = and(ofApp, IS_COMPLETED, isNotNull(builds.startedAt));
  const { limit, offset } = slice({ page, per_page: PER_PAGE });
  const [[app], [counted = NONE], rows, timed] = await ctx.db.batch([
    ctx.db.select().from(apps).where(visibleApp(ctx.principal, appId)),
    ctx.db
      .select({
        total: appCounts.builds,
        completed: appCounts.buildsCompleted,
        failed: appCounts.buildsFailed,
        // One at most.
        active: sql<number>`(${ctx.db.select({ total: count() }).from(builds).where(isActive)})`,
      })
      .from(appCounts)
      .where(eq(appCounts.appId, appId)),
    ctx.db
      .select({ build: builds, keystoreName: keystores.name })
      .from(builds)
      .leftJoin(
        keystores,
        and(eq(keystores.id, builds.keystoreId), eq(keystores.accountId, builds.accountId)),
      )
      .where(and(ofApp, status === undefined ? undefined : eq(builds.status, status)))
      .orderBy(desc(builds.id))
      .limit(limit)
      .offset(offset),
    ctx.db
      .select({ startedAt: builds.startedAt, completedAt: builds.completedAt })
      .from(builds)
      .where(isCompleted)
      .orderBy(desc(builds.id))
      .limit(TIMED),
  ]);
  if (!app) return refuse({ code: "not_found", what: "app" });
  const { total, completed, failed, active } = counted;
  const durations = timed
    .map(({ startedAt, completedAt }) => Number(completedAt) - Number(startedAt))
    .toSorted((a, b) => a - b);
  return {
    app,
    rows,
    status,
    page,
    perPage: PER_PAGE,
    total,
    counts: { completed, failed, cancelled: total - completed - failed - active },
    medianMs: durations[Math.floor(durations.length / 2)] ?? null,
  };
}
