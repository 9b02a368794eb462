// When recipients are tried again, and when not any more.
import type { Outcome } from "../domain/notifications/ports.ts";
import type { RecipientResult } from "../domain/notifications/results.ts";
import { HOUR_MS, SECOND_MS } from "../kit/time.ts";

/** Tries a recipient gets at most. */
export const MAX_ATTEMPTS = 6;
/** Wait before the second try, ms; doubled for each further one. */
const FIRST_RETRY_MS = 10 * SECOND_MS;
/** Longest wait, also on a provider's word, ms. */
const MAX_RETRY_MS = HOUR_MS;

/** The wait after try number `attempt`, ms: exponential, half of it by chance (`random` in [0, 1)). */
export function retryDelayMs(attempt: number, random: number): number {
  const full = Math.min(FIRST_RETRY_MS * 2 ** (attempt - 1), MAX_RETRY_MS);
  return Math.round(full / 2 + (full / 2) * random);
}

export interface Merged {
  results: RecipientResult[];
  /** When the pending ones go out again, ms from now; null: none are pending. */
  retryAfterMs: number | null;
}

/**
 * A batch's results after an attempt: `before` with what the attempt brought for those who were pending. A
 * recipient is tried again until MAX_ATTEMPTS, or until the message expires (ms), or the run stops.
 */
export function mergeOutcomes(
  before: readonly RecipientResult[],
  outcomes: readonly Outcome[],
  at: { attempt: number; now: number; expiresAt: number; isStopped: boolean },
): Merged {
  const brought = new Map(outcomes.map((outcome) => [outcome.id, outcome]));
  const delays: number[] = [];
  const results = before.map((result): RecipientResult => {
    const outcome = result.status === "pending" ? brought.get(result.id) : undefined;
    if (!outcome) return result;
    const { id, status } = outcome;
    const error = status === "sent" ? null : outcome.error;
    if (status !== "retry") return { id, status, attempts: at.attempt, error };
    const wanted = outcome.afterMs ?? retryDelayMs(at.attempt, Math.random());
    const delay = Math.min(wanted, MAX_RETRY_MS);
    const isLast = at.isStopped || at.attempt >= MAX_ATTEMPTS || at.now + delay >= at.expiresAt;
    if (!isLast) delays.push(delay);
    return { id, status: isLast ? "failed" : "pending", attempts: at.attempt, error };
  });
  return { results, retryAfterMs: delays.length > 0 ? Math.max(...delays) : null };
}
