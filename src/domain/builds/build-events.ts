// Tells an app's webhooks how a build ended; of one that was cancelled its owner knows.
import { and, eq, inArray, sql } from "drizzle-orm";
import { builds } from "../../db/schema/index.ts";
import { wholeSeconds } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";
import { insertDeliveries } from "../webhooks/emit.ts";

/** The end of a build as its webhooks are told it. */
interface ToldEnd {
  status: "completed" | "failed";
  error: { code: string; message: string } | null;
  at: number;
}

/** The statement that tells of a build's end; in a batch it comes before the one that ends it. */
export function emitBuildEnd(ctx: Ctx, buildId: number, { status, error, at }: ToldEnd) {
  const isRunning = and(eq(builds.id, buildId), inArray(builds.status, ["pending", "building"]));
  return insertDeliveries(
    ctx,
    `build.${status}`,
    sql`SELECT ${builds.appId} AS app_id, json_object(
          'build_id', ${builds.id}, 'status', ${status}, 'build_type', ${builds.buildType},
          'build_format', ${builds.buildFormat}, 'version_name', ${builds.versionName},
          'version_code', ${builds.versionCode}, 'error', json(${JSON.stringify(error)}),
          'completed_at', ${wholeSeconds(at)}) AS data
        FROM ${builds} WHERE ${isRunning}`,
  );
}
