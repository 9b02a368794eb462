// The lifecycle events that filters can name.
import { asc, eq } from "drizzle-orm";
import { apps, sendEvents } from "../../db/schema/index.ts";
import { visibleApps } from "../apps/find-app.ts";
import type { AccountCtx } from "../context.ts";

/** Most names listed: the answer has no pages. */
const MAX_LISTED = 10_000;

/** Names of the events that instances of the apps the key may touch have sent. */
export async function listEvents(ctx: AccountCtx): Promise<string[]> {
  const rows = await ctx.db
    .selectDistinct({ name: sendEvents.name })
    .from(sendEvents)
    .innerJoin(apps, eq(apps.id, sendEvents.appId))
    .where(visibleApps(ctx.principal))
    .orderBy(asc(sendEvents.name))
    .limit(MAX_LISTED);
  return rows.map(({ name }) => name);
}
