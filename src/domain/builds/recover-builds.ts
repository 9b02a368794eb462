// A safety net for failing alarms of locks: builds that have been active for longer than they should are reported to
// their lock, which takes over a build that it has lost.
import { and, inArray, lt, sql } from "drizzle-orm";
import { builds } from "../../db/schema/index.ts";
import { MINUTE_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";

/** An active build older than this is reported to its lock, ms: most have ended by then. */
const SUSPECT_AFTER_MS = 5 * MINUTE_MS;
/** Most builds reported in one run. */
const SUSPECTS_A_RUN = 50;

/** Takes a random sample, so that a lost build is found even among many that have good reason to wait. */
export async function recoverBuilds(ctx: Ctx): Promise<void> {
  const suspects = await ctx.db
    .select({ buildId: builds.id, appId: builds.appId, reference: builds.reference })
    .from(builds)
    .where(
      and(
        inArray(builds.status, ["pending", "building"]),
        lt(builds.createdAt, ctx.now() - SUSPECT_AFTER_MS),
      ),
    )
    .orderBy(sql`random()`)
    .limit(SUSPECTS_A_RUN);
  for (const { appId, ...build } of suspects) {
    try {
      await ctx.buildLock(appId).adopt(build);
    } catch (error) {
      ctx.log.error("sweep_failed", error, { build: build.buildId });
    }
  }
}
