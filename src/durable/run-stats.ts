// What a run says of itself: its counters while it is on, and how it ends. Pure.
import { BATCH_SIZE } from "../domain/ports/notifications.ts";
import type { RunStats } from "../domain/notifications/run.ts";
import type { Counters, RunState } from "./run-state.ts";

export interface End {
  status: "sent" | "failed" | "cancelled";
  failureReason: string | null;
}

/** The counters; until all is cut, the audience is as large as it was counted at the start. */
export function statsOf(state: RunState, { completed, sent, failed }: Counters): RunStats {
  const { recipients, expected, batches, steps, step } = state;
  const isCut = step >= steps.length;
  const total = isCut ? recipients : Math.max(expected, recipients);
  const totalBatches = isCut ? batches : Math.max(Math.ceil(expected / BATCH_SIZE), batches);
  return { total, totalBatches, completedBatches: completed, sent, failed };
}

/** How a run ends with these counters. */
export function endOf({ stopped, suspicion }: RunState, { total, sent }: RunStats): End {
  if (stopped?.status === "cancelled") return { status: "cancelled", failureReason: null };
  if (stopped) return { status: "failed", failureReason: stopped.reason };
  if (total === 0 || sent > 0) return { status: "sent", failureReason: null };
  return { status: "failed", failureReason: suspicion ?? "no recipient could be reached" };
}
