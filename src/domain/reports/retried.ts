// For which reasons somebody who was not reached can be sent the same again. Pure.
import type { FailureReason } from "../ports/notifications.ts";
import type { ResultTotals } from "../notifications/result-totals.ts";

/**
 * Whether the same message may reach them another time. Who is gone has no address, and a message that was refused for
 * what it is would be again.
 */
const IS_RETRIED: Readonly<Record<FailureReason, boolean>> = {
  unregistered: false,
  unsubscribed: false,
  rejected: false,
  token_or_credential: true,
  credential: true,
  expired: true,
  unavailable: true,
  no_answer: true,
  not_tried: true,
  cancelled: true,
  internal: true,
};

/** Whether who was not reached for this reason can be sent to again. */
export function isRetried(reason: FailureReason): boolean {
  return IS_RETRIED[reason];
}

/** How many a notification did not reach who can be sent to again, as its counters say. */
export function retriedCount(totals: ResultTotals): number {
  return Object.values(totals)
    .flatMap((ofProvider) => Object.entries(ofProvider))
    .filter(([ending]) => ending !== "sent" && isRetried(ending as FailureReason))
    .reduce((sum, [, count]) => sum + count, 0);
}
