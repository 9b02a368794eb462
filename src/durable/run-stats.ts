// What a run says of itself: its counters while it is on, and how it ends. Pure.
import { BATCH_SIZE } from "../domain/notifications/ports.ts";
import type { RunStats } from "../domain/notifications/run.ts";
import type { Counters, RunState } from "./run-state.ts";

export interface End {
  status: "sent" | "failed" | "cancelled";
  failureReason: string | null;
  stats: RunStats;
}

/** The counters; until all is cut, the audience is as large as it was counted at the start. */
export function statsOf(state: RunState, { completed, sent, failed }: Counters): RunStats {
  const { recipients, expected, batches, steps, step } = state;
  const isCut = step >= steps.length;
  const total = isCut ? recipients : Math.max(expected, recipients);
  const totalBatches = isCut ? batches : Math.max(Math.ceil(expected / BATCH_SIZE), batches);
  return { total, totalBatches, completedBatches: completed, sent, failed };
}

/** How a run ends with these counters. What a stopped one never cut counts as failed, so that they add up. */
export function endOf({ stopped }: RunState, stats: RunStats): End {
  const isInVain = stats.total > 0 && stats.sent === 0;
  const outcome: Omit<End, "stats"> =
    stopped?.status === "cancelled"
      ? { status: "cancelled", failureReason: null }
      : stopped
        ? { status: "failed", failureReason: stopped.reason }
        : isInVain
          ? { status: "failed", failureReason: "no recipient could be reached" }
          : { status: "sent", failureReason: null };
  const { totalBatches, total, sent } = stats;
  return {
    ...outcome,
    stats: { ...stats, completedBatches: totalBatches, failed: total - sent },
  };
}
