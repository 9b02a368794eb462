// How a send ends. Pure.
import { complaintOf, type ProviderFindings } from "./findings.ts";
import type { RunEnd } from "./finish-notification.ts";
import type { RunCounters } from "./save-progress.ts";

/**
 * Returns how a send with these last counters ends. It was sent when anybody was reached, also if a provider failed; what
 * was wrong with that is said then too. `stopped`: why nothing more was sent; null where it was not stopped.
 */
export function endOf(
  { stopped, findings }: { stopped: string | null; findings: ProviderFindings },
  { total, sent }: Pick<RunCounters, "total" | "sent">,
): RunEnd {
  if (stopped !== null) return { status: "cancelled", failureReason: null };
  const complaint = complaintOf(findings);
  if (total === 0 || sent > 0) return { status: "sent", failureReason: complaint };
  return { status: "failed", failureReason: complaint ?? "no recipient could be reached" };
}
