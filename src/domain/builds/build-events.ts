// The webhook events of a build's end. A cancelled build has none, since its owner cancelled it.
import { and, eq, inArray, sql } from "drizzle-orm";
import { builds } from "../../db/schema/index.ts";
import { wholeSeconds } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";
import { insertDeliveries } from "../webhooks/emit.ts";

/** The end of a build as its webhooks are notified of it. */
interface EmittedEnd {
  status: "completed" | "failed";
  error: { code: string; message: string } | null;
  at: number;
}

/**
 * The statement that emits the event of a build's end. In a batch it comes before the statement that ends the build.
 */
export function emitBuildEnd(ctx: Ctx, buildId: number, { status, error, at }: EmittedEnd) {
  const isRunning = and(eq(builds.id, buildId), inArray(builds.status, ["pending", "building"]));
  return insertDeliveries(
    ctx,
    `build.${status}`,
    sql`SELECT ${builds.appId} AS app_id, json_object(
          'build_id', ${builds.id}, 'status', ${status}, 'build_type', ${builds.buildType},
          'build_format', ${builds.buildFormat}, 'version_name', ${builds.versionName},
          'version_code', ${builds.versionCode}, 'certificate_sha256', ${builds.certificateSha256},
          'proof', json(iif(${builds.adiToken} IS NULL, 'false', 'true')), 'error', json(${JSON.stringify(error)}),
          'completed_at', ${wholeSeconds(at)}) AS data
        FROM ${builds} WHERE ${isRunning}`,
  );
}
