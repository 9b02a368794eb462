// Writes the progress of a run into its notification's row. May be repeated.
import { and, eq, inArray } from "drizzle-orm";
import { notifications } from "../../../db/schema/index.ts";
import type { Ctx } from "../../context.ts";
import type { Counts } from "../../health/meters.ts";
import type { ResultTotals } from "../result-totals.ts";
import { meteredNow, meterSend, noteSlowHosts } from "./meter-send.ts";

/** The statuses of a notification whose run is on. */
export const ON = ["sending", "finalizing"] as const;

/** The counters that a run keeps: recipients, and batches. */
export interface RunCounters {
  total: number;
  totalBatches: number;
  completedBatches: number;
  sent: number;
  failed: number;
  /** The same recipients as `sent` and `failed` count, by provider and reason. */
  results: ResultTotals;
}

/**
 * Writes the counters. With `attempts`, it counts what is new in them, and these, among those of the installation. Returns
 * false when the run has to stop because its notification was cancelled or has ended.
 */
export async function saveProgress(
  ctx: Ctx,
  id: number,
  counters: RunCounters,
  attempts: Counts | null = null,
): Promise<boolean> {
  const { results } = counters;
  const saved = ctx.db
    .update(notifications)
    .set({
      ...counterColumns(counters),
      ...(attempts === null ? {} : { metered: meteredNow(results) }),
      updatedAt: ctx.now(),
    })
    .where(and(eq(notifications.id, id), inArray(notifications.status, [...ON])))
    .returning({ id: notifications.id });
  if (attempts === null) return (await saved).length > 0;
  const metered = meterSend(ctx, id, ON, { results, attempts });
  const [, rows] = await ctx.db.batch([metered, saved]);
  await noteSlowHosts(ctx, attempts);
  return rows.length > 0;
}

/** The columns of `notifications` that hold these counters. */
export function counterColumns(counters: RunCounters) {
  return {
    totalCount: counters.total,
    totalBatches: counters.totalBatches,
    completedBatches: counters.completedBatches,
    sentCount: counters.sent,
    failedCount: counters.failed,
    resultTotals: counters.results,
  };
}
