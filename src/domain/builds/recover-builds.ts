// The safety net under the locks' own alarms: builds that have been running for longer than any should
// are shown to their lock, which takes over what it has lost.
import { and, inArray, lt, sql } from "drizzle-orm";
import { builds } from "../../db/schema/index.ts";
import { MINUTE_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";

/** Older than this an active build is looked at, ms: most are over by then. */
const SUSPECT_AFTER_MS = 5 * MINUTE_MS;
/** Builds looked at in one run. */
const SUSPECTS_A_RUN = 50;

/** Looks at a sample, so that many builds that wait for good reason hide none that is lost. */
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
