// One build of an app, with what the page about it shows beside.
import { and, eq } from "drizzle-orm";
import { apps, builds, keystores } from "../../db/schema/index.ts";
import { refuse } from "../../kit/refusal.ts";
import { visibleApp, type App } from "../apps/find-app.ts";
import type { AccountCtx } from "../context.ts";
import type { ListedBuild } from "./builds-of-app.ts";
import { visibleBuilds } from "./find-build.ts";

/** Returns the app's build with this id, in one round trip. Refuses `not_found`, also for a build of another app. */
export async function buildOfApp(
  ctx: AccountCtx,
  appId: number,
  buildId: number,
): Promise<ListedBuild & { app: App }> {
  const [row] = await ctx.db
    .select({ app: apps, build: builds, keystoreName: keystores.name })
    .from(builds)
    .innerJoin(apps, eq(apps.id, builds.appId))
    .leftJoin(
      keystores,
      and(eq(keystores.id, builds.keystoreId), eq(keystores.accountId, builds.accountId)),
    )
    .where(
      and(eq(builds.id, buildId), visibleApp(ctx.principal, appId), visibleBuilds(ctx.principal)),
    );
  return row ?? refuse({ code: "not_found", what: "build" });
}
