// Counts a build's end among those of the installation: how it ended, how long it waited for a builder, and how long it took
// from then on.
import { sql } from "drizzle-orm";
import { builds } from "../../db/schema/index.ts";
import type { Ctx } from "../context.ts";
import { BUILD_BOUNDS, observed } from "../health/histogram.ts";
import { addCounts } from "../health/meters.ts";
import { COUNTED_CODES } from "./failure-codes.ts";
import type { BuildEnd } from "./transitions.ts";

/** What any other counts as, since a builder may send what it likes, and each word is a series for good. */
const OTHER = "other";

/** The statement that counts the end. In a batch it comes before the statement that ends the build. */
export function meterBuild(ctx: Ctx, buildId: number, end: BuildEnd) {
  const key = end.status === "failed" ? `failed:${counted(end.code)}` : end.status;
  const isRunning = sql`FROM ${builds} AS b WHERE b.id = ${buildId} AND b.status IN ('pending', 'building')`;
  const begun = sql`${isRunning} AND b.started_at IS NOT NULL`;
  const waited = observed("wait:", BUILD_BOUNDS, sql`(b.started_at - b.created_at)`, begun);
  const took = observed("took:", BUILD_BOUNDS, sql`(${ctx.now()} - b.started_at)`, begun);
  return addCounts(
    ctx,
    "builds",
    sql`SELECT ${key} AS key, 1 AS value ${isRunning} UNION ALL ${waited} UNION ALL ${took}`,
  );
}

const counted = (code: string) => (COUNTED_CODES.has(code) ? code : OTHER);
