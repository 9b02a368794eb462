// Retries of what may work later: exponential, with jitter, never sooner than the API asks, never past a deadline.
import { setTimeout as delay } from "node:timers/promises";
import { ApiFault } from "./faults.ts";

/** How far a call may go. */
export interface Bounds {
  /** On the clock of performance.now(), ms: past it the answer is of no use. */
  deadline: number;
  /** Ends the call early; its reason is thrown. */
  signal?: AbortSignal | undefined;
}

export interface Backoff {
  baseMs: number;
  maxMs: number;
}

/**
 * The wait before retry number `retry` (0 is the first), ms: doubling from base to max, of which a random
 * part up to half is taken off so that builders cut off together do not come back together.
 * @param random in [0, 1)
 */
export function backoffDelay(retry: number, { baseMs, maxMs }: Backoff, random: number): number {
  return Math.min(maxMs, baseMs * 2 ** retry) * (1 - random / 2);
}

/**
 * Calls `attempt` until it succeeds, throws something that is not a transient ApiFault, or the deadline
 * is nearer than the next retry; then throws the last error. `onRetry` hears of each wait.
 * @param attempt gets the number of the try, from 0
 */
export async function retrying<T>(
  attempt: (index: number) => Promise<T>,
  bounds: Bounds,
  backoff: Backoff,
  onRetry: (fault: ApiFault, delayMs: number) => void,
): Promise<T> {
  for (let index = 0; ; index++) {
    try {
      return await attempt(index);
    } catch (error) {
      if (!(error instanceof ApiFault) || !error.transient) throw error;
      const waitMs = Math.max(backoffDelay(index, backoff, Math.random()), error.retryAfterMs ?? 0);
      if (performance.now() + waitMs >= bounds.deadline) throw error;
      onRetry(error, waitMs);
      await pause(waitMs, bounds.signal);
    }
  }
}

/** Waits; throws the signal's reason when that comes first. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  try {
    await delay(ms, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    throw signal?.aborted === true ? signal.reason : error;
  }
}
