// All durations that the builder itself decides, passed as a parameter so that tests can use short ones. Those that the
// API decides, for heartbeats and leases, come with each job.
import { LEASE_MS, MAX_LEASE_WAIT_MS } from "../src/protocol/builder.ts";

/** All in milliseconds. */
export interface Timing {
  /** How long the API may hold a lease request open. */
  leaseWait: number;
  /**
   * An empty answer to a lease request that takes less time was not held open; after several, the builder backs off.
   */
  emptyTooSoon: number;
  /** Longest wait for the answer to one small request. */
  requestTimeout: number;
  /** Longest time for one artifact upload or icon download. */
  transferTimeout: number;
  /** The first retry delay, which doubles with each retry. */
  backoffBase: number;
  /** Longest retry delay that the builder chooses itself. */
  backoffMax: number;
  /** How long log lines are collected before they are sent. */
  logFlush: number;
  /** How long one log append is retried, since a build is worth more than its log. */
  logRetry: number;
  /** Time for handing jobs back when the process must stop. */
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
