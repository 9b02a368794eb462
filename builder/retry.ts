// Retries calls that may succeed later: with exponential, random waits, not before the API allows it, and until a
// deadline.
import { setTimeout as delay } from "node:timers/promises";
import { ApiFault } from "./faults.ts";

/** The bounds of a call. */
export interface Bounds {
  /** When the answer becomes useless, by performance.now(), ms. */
  deadline: number;
  /** Ends the call early. Its reason is thrown. */
  signal?: AbortSignal | undefined;
}

export interface Backoff {
  baseMs: number;
  maxMs: number;
}

/**
 * Returns the wait before retry number `retry` (0 is the first), ms. It doubles from base to max, less a random part of
 * up to a half, so that builders that lost the API together do not return together.
 * @param random in [0, 1)
 */
export function backoffDelay(retry: number, { baseMs, maxMs }: Backoff, random: number): number {
  return Math.min(maxMs, baseMs * 2 ** retry) * (1 - random / 2);
}

/**
 * Calls `attempt` until it succeeds, throws anything but a transient ApiFault, or the deadline comes before the next
 * retry; then the last error is thrown. `onRetry` is called before each wait.
 * @param attempt receives its number, from 0
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

/** Waits. Throws the signal's reason if it aborts first. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  try {
    await delay(ms, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    throw signal?.aborted === true ? signal.reason : error;
  }
}
