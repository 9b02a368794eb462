// The counters of a run while it is on. Pure.
import type { RunCounters } from "../../domain/notifications/run/save-progress.ts";
import type { DoneCounts } from "./results.ts";
import type { RunState } from "./state.ts";

/** Returns the counters. Until all is cut, the total is the size of the audience as it was counted at the start. */
export function countersOf(
  state: RunState,
  { completed, sent, failed, totals }: DoneCounts,
): RunCounters {
  const { recipients, expected, batches, batchSize, waves, wave } = state;
  const isCut = wave >= waves.length;
  const total = isCut ? recipients : Math.max(expected, recipients);
  const totalBatches = isCut ? batches : Math.max(Math.ceil(expected / batchSize), batches);
  return { total, totalBatches, completedBatches: completed, sent, failed, results: totals };
}
