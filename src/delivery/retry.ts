// When recipients are tried again, and when not any more.
import type { Outcome } from "../domain/ports/notifications.ts";
import type { RecipientResult } from "../domain/notifications/results.ts";
import { HOUR_MS, SECOND_MS } from "../kit/time.ts";

/** Tries a recipient gets at most. */
export const MAX_ATTEMPTS = 6;
/** Wait before the second try, ms; doubled for each further one. */
const FIRST_RETRY_MS = 10 * SECOND_MS;
/** Longest wait that is not a provider's word, ms. */
const MAX_RETRY_MS = HOUR_MS;

/** The wait after try number `attempt`, ms: exponential, half of it by chance (`random` in [0, 1)). */
export function retryDelayMs(attempt: number, random: number): number {
  const full = Math.min(FIRST_RETRY_MS * 2 ** (attempt - 1), MAX_RETRY_MS);
  return Math.round(full / 2 + (full / 2) * random);
}

/**
 * A batch's results after an attempt: `before` with what the attempt brought for those who were pending. A
 * recipient is tried again, later and later and not before its provider allows it, until MAX_ATTEMPTS, or until
 * the message expires (ms), or the run stops.
 */
export function mergeOutcomes(
  before: readonly RecipientResult[],
  outcomes: readonly Outcome[],
  at: { now: number; expiresAt: number; isStopped: boolean },
): RecipientResult[] {
  const brought = new Map(outcomes.map((outcome) => [outcome.id, outcome]));
  return before.map((result): RecipientResult => {
    const outcome = result.status === "pending" ? brought.get(result.id) : undefined;
    if (!outcome) return result;
    const { id, status } = outcome;
    const attempts = result.attempts + 1;
    const error = status === "sent" ? null : outcome.error;
    if (status !== "retry") return { id, status, attempts, error, dueAt: 0 };
    const dueAt = at.now + Math.max(outcome.afterMs ?? 0, retryDelayMs(attempts, Math.random()));
    const isLast = at.isStopped || attempts >= MAX_ATTEMPTS || dueAt >= at.expiresAt;
    if (isLast) return { id, status: "failed", attempts, error, dueAt: 0 };
    return { id, status: "pending", attempts, error, dueAt };
  });
}

/**
 * When those of `results` who are pending go out next, ms; null: none are. Who is due within twice the first
 * one's wait goes along, so that a batch makes few messages and nobody waits long for another.
 */
export function nextDueAt(results: readonly RecipientResult[], now: number): number | null {
  const due = results.filter(({ status }) => status === "pending").map(({ dueAt }) => dueAt);
  if (due.length === 0) return null;
  const until = now + Math.max(2 * (Math.min(...due) - now), FIRST_RETRY_MS);
  return Math.max(...due.filter((at) => at <= until));
}
