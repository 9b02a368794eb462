// The safety net under the locks' own alarms: builds that have been running for longer than any should
// are shown to their lock, which takes over what it has lost.
import { and, inArray, lt } from "drizzle-orm";
import { builds } from "../../db/schema/index.ts";
import { MINUTE_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";

/** Older than this a running build is looked at, ms: any live one has had its lease renewed since. */
const SUSPECT_AFTER_MS = 5 * MINUTE_MS;
/** Builds looked at in one run. */
const SUSPECTS_A_RUN = 50;

export async function sweepBuilds(ctx: Ctx): Promise<void> {
  const suspects = await ctx.db
    .select()
    .from(builds)
    .where(
      and(
        inArray(builds.status, ["pending", "building"]),
        lt(builds.createdAt, ctx.now() - SUSPECT_AFTER_MS),
      ),
    )
    .limit(SUSPECTS_A_RUN);
  for (const build of suspects) {
    await ctx.buildLock(build.appId).adopt({
      buildId: build.id,
      appId: build.appId,
      platform: build.platform,
      format: build.buildFormat,
    });
  }
}
