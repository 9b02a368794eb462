// The counters of a run while it is on, and how it ends. Pure.
import { BATCH_SIZE } from "../../domain/ports/notifications.ts";
import type { RunEnd } from "../../domain/notifications/run/finish-notification.ts";
import type { RunCounters } from "../../domain/notifications/run/save-progress.ts";
import type { DoneCounts } from "./results.ts";
import { complaintOf } from "./findings.ts";
import type { RunState } from "./state.ts";

/** Returns the counters. Until all is cut, the total is the size of the audience as it was counted at the start. */
export function countersOf(
  state: RunState,
  { completed, sent, failed, totals }: DoneCounts,
): RunCounters {
  const { recipients, expected, batches, waves, wave } = state;
  const isCut = wave >= waves.length;
  const total = isCut ? recipients : Math.max(expected, recipients);
  const totalBatches = isCut ? batches : Math.max(Math.ceil(expected / BATCH_SIZE), batches);
  return { total, totalBatches, completedBatches: completed, sent, failed, results: totals };
}

/**
 * Returns how a run with these last counters ends. It was sent when anybody was reached, also if a provider failed; what
 * was wrong with that is said then too.
 */
export function endOf({ stopped, findings }: RunState, { total, sent }: RunCounters): RunEnd {
  if (stopped !== null) return { status: "cancelled", failureReason: null };
  const complaint = complaintOf(findings);
  if (total === 0 || sent > 0) return { status: "sent", failureReason: complaint };
  return { status: "failed", failureReason: complaint ?? "no recipient could be reached" };
}
