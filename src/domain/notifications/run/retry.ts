// Which recipients of a batch are tried again after an attempt, and when. Pure.
import { HOUR_MS, SECOND_MS } from "../../../kit/time.ts";
import type { Outcome } from "../../ports/notifications.ts";
import type { RecipientResult } from "../results.ts";

/** Attempts a recipient gets at most: five minutes of waits as below, longer where a provider asks for it. */
export const MAX_ATTEMPTS = 6;
/** Wait before the second attempt, ms; doubled for each further one. A short failure is over by then. */
const FIRST_RETRY_MS = 10 * SECOND_MS;
/** Longest wait that no provider asked for, ms. */
const MAX_RETRY_MS = HOUR_MS;

/**
 * The wait after attempt number `attempt`, ms. It doubles with each attempt, and a part of up to a half is left to
 * chance (`random`, in [0, 1)), so that what failed together does not come back together.
 */
export function retryDelayMs(attempt: number, random: number): number {
  const full = Math.min(FIRST_RETRY_MS * 2 ** (attempt - 1), MAX_RETRY_MS);
  return Math.round(full / 2 + (full / 2) * random);
}

/**
 * A batch's results after an attempt: those `before`, changed by the `outcomes` of recipients who were pending. A
 * recipient whose outcome is `retry` stays pending, until a time that is later with each attempt and never before
 * the one its provider asks for, unless the outcome limits that. It fails instead after MAX_ATTEMPTS, when the limit is
 * over, when the message would expire before that time (`expiresAt`, ms), and when the run is stopped.
 */
export function mergeOutcomes(
  before: readonly RecipientResult[],
  outcomes: readonly Outcome[],
  at: { now: number; expiresAt: number; isStopped: boolean },
): RecipientResult[] {
  const outcomeOf = new Map(outcomes.map((outcome) => [outcome.id, outcome]));
  return before.map((result): RecipientResult => {
    const outcome = result.status === "pending" ? outcomeOf.get(result.id) : undefined;
    if (!outcome) return result;
    const { id, status } = outcome;
    const attempts = result.attempts + 1;
    const error = status === "sent" ? null : outcome.error;
    const final = { id, attempts, error, dueAt: 0, begunAt: 0 };
    if (status !== "retry") return { ...final, status };
    const begunAt = result.begunAt || at.now;
    const asked = at.now + Math.max(outcome.afterMs ?? 0, retryDelayMs(attempts, Math.random()));
    const dueAt = Math.min(asked, begunAt + (outcome.limitMs ?? Infinity));
    const isLast =
      at.isStopped || attempts >= MAX_ATTEMPTS || dueAt >= at.expiresAt || dueAt <= at.now;
    if (isLast) return { ...final, status: "failed" };
    return { ...final, status: "pending", dueAt, begunAt };
  });
}

/**
 * When the pending recipients of a batch are to be sent to next, ms; null: there are none. Those who are due within
 * twice the wait of the first go together with it. So a batch makes few messages, and nobody waits for others much
 * longer than the provider asked.
 */
export function nextDueAt(results: readonly RecipientResult[], now: number): number | null {
  const due = results.filter(({ status }) => status === "pending").map(({ dueAt }) => dueAt);
  if (due.length === 0) return null;
  const until = now + Math.max(2 * (Math.min(...due) - now), FIRST_RETRY_MS);
  return Math.max(...due.filter((at) => at <= until));
}
