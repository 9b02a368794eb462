// A page of an app's builds, newest first, in one round trip.
import { desc, eq } from "drizzle-orm";
import { appCounts, apps, builds } from "../../db/schema/index.ts";
import { PageQuery, slice, type Page } from "../../kit/pagination.ts";
import { parseAhead } from "../../kit/parse.ts";
import { refuse } from "../../kit/refusal.ts";
import { findApp, visibleApp, type App } from "../apps/find-app.ts";
import type { AccountCtx } from "../context.ts";
import { buildsOf, type Build } from "./find-build.ts";

/** Number of builds that are shown with an app. */
const RECENT_BUILDS = 10;

/** Returns a page of the builds of the app with this id. Refuses `not_found` before `invalid`. */
export async function listBuilds(
  ctx: AccountCtx,
  appId: number,
  query: unknown,
): Promise<Page<Build>> {
  const wanted = parseAhead(PageQuery, query);
  if (wanted.value === undefined) await findApp(ctx, appId);
  const page = wanted.orRefuse();
  const ofApp = buildsOf(ctx.principal, appId);
  const { limit, offset } = slice(page);
  const [found, totals, rows] = await ctx.db.batch([
    ctx.db.select({ id: apps.id }).from(apps).where(visibleApp(ctx.principal, appId)),
    ctx.db.select({ total: appCounts.builds }).from(appCounts).where(eq(appCounts.appId, appId)),
    ctx.db.select().from(builds).where(ofApp).orderBy(desc(builds.id)).limit(limit).offset(offset),
  ]);
  if (found.length === 0) refuse({ code: "not_found", what: "app" });
  return { rows, page: page.page, total: totals[0]?.total ?? 0 };
}

/** Returns an app and its latest builds, in one round trip. Refuses `not_found`. */
export async function appWithBuilds(
  ctx: AccountCtx,
  appId: number,
): Promise<{ app: App; recent: Build[] }> {
  const [found, recent] = await ctx.db.batch([
    ctx.db.select().from(apps).where(visibleApp(ctx.principal, appId)),
    ctx.db
      .select()
      .from(builds)
      .where(buildsOf(ctx.principal, appId))
      .orderBy(desc(builds.id))
      .limit(RECENT_BUILDS),
  ]);
  const [app] = found;
  return app ? { app, recent } : refuse({ code: "not_found", what: "app" });
}
