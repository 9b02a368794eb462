// When a failed delivery is tried again: the push contract's five quick retries (docs/contracts.md, Push 10), and then
// those that Standard Webhooks 1.0 recommends, from its five minutes on: about three days in all.
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../kit/time.ts";
import type { Attempted } from "./post.ts";

/** The n-th of the quick retries waits n times this, ms. */
const QUICK_STEP_MS = 15 * SECOND_MS;
/** Quick retries. */
const QUICK_RETRIES = 5;
/** The waits before the retries after those, ms. They are spent in the account's lane, since a queue delays 12 h at most. */
const LONG_WAITS_MS = [
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
];
/** The first attempt and all retries. */
export const MAX_ATTEMPTS = 1 + QUICK_RETRIES + LONG_WAITS_MS.length;
/** A long wait is longer by up to this part, so that what failed at one moment does not come back at one moment. */
const JITTER = 0.1;
/** Longest wait that a Retry-After gets, ms: as long as the longest of our own. */
export const MAX_RETRY_AFTER_MS = DAY_MS;
/** Longest that a webhook's other deliveries wait since one was answered so, ms. */
export const MAX_PAUSE_MS = HOUR_MS;
/** The same where the answer has no Retry-After, ms. */
const BUSY_PAUSE_MS = MINUTE_MS;
/** The answers that ask for less: too many requests, and a proxy that does not get through. */
const BUSY: readonly (number | null)[] = [429, 502, 504];

/**
 * How long a delivery waits after its `attempts`-th attempt failed, ms: longer than usual if Retry-After says so. `isQuick`:
 * it is the usual wait of a quick retry.
 */
export function waitAfter(
  attempts: number,
  { retryAfterMs }: Attempted,
): { ms: number; isQuick: boolean } {
  const own = ownWait(attempts);
  const asked = retryAfterMs ?? 0;
  return { ms: Math.max(own, asked), isQuick: attempts <= QUICK_RETRIES && asked <= own };
}

function ownWait(attempts: number): number {
  if (attempts <= QUICK_RETRIES) return attempts * QUICK_STEP_MS;
  const long = LONG_WAITS_MS[attempts - QUICK_RETRIES - 1] ?? 0;
  return Math.floor(long * (1 + Math.random() * JITTER));
}

/**
 * How long nothing at all is sent to the webhook after such an answer, ms: as long as Retry-After says, or else a minute
 * if the receiver is busy, and no longer than the delivery itself waits (`wait`).
 */
export function pauseAfter({ responseStatus, retryAfterMs }: Attempted, wait: number): number {
  const own = BUSY.includes(responseStatus) ? BUSY_PAUSE_MS : 0;
  return Math.min(wait, retryAfterMs ?? own, MAX_PAUSE_MS);
}
