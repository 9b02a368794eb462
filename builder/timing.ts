// Every duration the builder chooses for itself, in one place and passed in, so that tests run with short
// ones. What the API decides (heartbeat and lease times) comes with each job instead.
import { LEASE_MS, MAX_LEASE_WAIT_MS } from "../src/protocol/builder.ts";

/** All in milliseconds. */
export interface Timing {
  /** How long the API may hold a lease request open. */
  leaseWait: number;
  /** An empty lease answer that comes sooner than this was not a long poll: several in a row back off. */
  emptyTooSoon: number;
  /** Longest wait for the answer to one small request. */
  requestTimeout: number;
  /** Longest time for one artifact upload or icon download. */
  transferTimeout: number;
  /** First retry delay; it doubles with each further one. */
  backoffBase: number;
  /** Longest retry delay that the builder chooses itself. */
  backoffMax: number;
  /** Log lines are gathered this long before they are sent. */
  logFlush: number;
  /** Retries of one log append stop after this: a build is worth more than its log. */
  logRetry: number;
  /** Time for handing jobs back once the process must go. */
  release: number;
}

export const DEFAULT_TIMING: Timing = {
  leaseWait: MAX_LEASE_WAIT_MS,
  emptyTooSoon: 1_000,
  requestTimeout: 10_000,
  transferTimeout: LEASE_MS,
  backoffBase: 100,
  backoffMax: 10_000,
  logFlush: 100,
  logRetry: 10_000,
  release: 5_000,
};
