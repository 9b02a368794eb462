// What an app has released, and what it has for the store: by which the page about its distribution says what is done.
import { and, desc, eq, isNotNull, isNull } from "drizzle-orm";
import { apps, builds } from "../../db/schema/index.ts";
import { refuse } from "../../kit/refusal.ts";
import { visibleApp, type App } from "../apps/find-app.ts";
import type { AccountCtx } from "../context.ts";
import { buildsOf, IS_COMPLETED, type Build } from "./find-build.ts";
import { selectReleases } from "./releases.ts";
import type { Release } from "./signing-identity.ts";

export interface AppReleases {
  app: App;
  /** What it released under each package name, the newest first. */
  releases: Release[];
  /** The newest release that is a bundle; null for none. */
  bundle: Build | null;
  /** The newest proof of who owns the package name; null for none. */
  proof: Build | null;
}

/** Returns what the app with this id has released, in one round trip. Refuses `not_found`. */
export async function appReleases(ctx: AccountCtx, appId: number): Promise<AppReleases> {
  const { principal } = ctx;
  const done = and(buildsOf(principal, appId), IS_COMPLETED, eq(builds.buildType, "release"));
  const newest = () => ctx.db.select().from(builds).orderBy(desc(builds.id)).limit(1);
  const [[app], releases, [bundle], [proof]] = await ctx.db.batch([
    ctx.db.select().from(apps).where(visibleApp(principal, appId)),
    selectReleases(ctx, { accountId: principal.accountId, appId }),
    newest().where(and(done, eq(builds.buildFormat, "aab"), isNull(builds.adiToken))),
    newest().where(and(done, isNotNull(builds.adiToken))),
  ]);
  if (!app) return refuse({ code: "not_found", what: "app" });
  return { app, releases, bundle: bundle ?? null, proof: proof ?? null };
}
