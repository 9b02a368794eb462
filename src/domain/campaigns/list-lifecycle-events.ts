// The lifecycle events that filters can name.
import { asc, eq } from "drizzle-orm";
import { apps, lifecycleEvents } from "../../db/schema/index.ts";
import { type App, visibleApps } from "../apps/find-app.ts";
import type { AccountCtx } from "../context.ts";

/** Most names in the list, which has no pages. */
const MAX_LISTED = 10_000;
/** Most names that are offered to choose from. */
const MAX_OFFERED = 100;

/** The names of lifecycle events reported by installations of the apps that the API key has access to, sorted. */
export async function listLifecycleEvents(ctx: AccountCtx): Promise<string[]> {
  const rows = await ctx.db
    .selectDistinct({ name: lifecycleEvents.name })
    .from(lifecycleEvents)
    .innerJoin(apps, eq(apps.id, lifecycleEvents.appId))
    .where(visibleApps(ctx.principal))
    .orderBy(asc(lifecycleEvents.name))
    .limit(MAX_LISTED);
  return rows.map(({ name }) => name);
}

/** Returns names of events of one app, to choose from: of more than MAX_OFFERED, the first by their letters. */
export async function offeredEvents(ctx: AccountCtx, app: App): Promise<string[]> {
  const rows = await ctx.db
    .select({ name: lifecycleEvents.name })
    .from(lifecycleEvents)
    .where(eq(lifecycleEvents.appId, app.id))
    .orderBy(asc(lifecycleEvents.name))
    .limit(MAX_OFFERED);
  return rows.map(({ name }) => name);
}
