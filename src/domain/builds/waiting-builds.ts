// The builds that wait for a builder, oldest first, as the database has them.
import { asc, eq } from "drizzle-orm";
import { builds } from "../../db/schema/index.ts";
import type { Ctx } from "../context.ts";
import type { QueuedBuild } from "../ports/builds.ts";

/** Most builds returned at once; the locks of the others queue them again themselves. */
const MAX_WAITING = 10_000;

/** Returns the oldest MAX_WAITING pending builds. */
export async function waitingBuilds(ctx: Ctx): Promise<QueuedBuild[]> {
  return ctx.db
    .select({
      buildId: builds.id,
      accountId: builds.accountId,
      appId: builds.appId,
      platform: builds.platform,
      format: builds.buildFormat,
    })
    .from(builds)
    .where(eq(builds.status, "pending"))
    .orderBy(asc(builds.id))
    .limit(MAX_WAITING);
}
