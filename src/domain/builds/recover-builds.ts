// A safety net for failing alarms of locks: builds that have been active for longer than they should are shown to their
// lock, which adopts a build that it has lost.
import { and, inArray, lt, sql } from "drizzle-orm";
import { builds } from "../../db/schema/index.ts";
import { MINUTE_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";

/** An active build older than this is shown to its lock, ms: most have ended by then. */
const SUSPECT_AFTER_MS = 5 * MINUTE_MS;
/** Most builds shown in one minute. */
const SUSPECTS_A_MINUTE = 50;

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
    .limit(SUSPECTS_A_MINUTE);
  for (const { appId, ...build } of suspects) {
    try {
      await ctx.buildLock(appId).adopt(build);
    } catch (error) {
      ctx.log.error("build_not_recovered", error, { build: build.buildId });
    }
  }
}
