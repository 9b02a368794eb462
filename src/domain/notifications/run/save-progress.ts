// Writes the progress of a run into its notification's row. May be repeated.
import { and, eq, inArray } from "drizzle-orm";
import { notifications } from "../../../db/schema/index.ts";
import type { Ctx } from "../../context.ts";
import type { ResultTotals } from "../result-totals.ts";

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
 * Writes the counters. Returns false when the run has to stop because its notification was cancelled or has ended.
 */
export async function saveProgress(ctx: Ctx, id: number, counters: RunCounters): Promise<boolean> {
  const rows = await ctx.db
    .update(notifications)
    .set({ ...counterColumns(counters), updatedAt: ctx.now() })
    .where(and(eq(notifications.id, id), inArray(notifications.status, ["sending", "finalizing"])))
    .returning({ id: notifications.id });
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
