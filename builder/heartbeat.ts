// Extends the lease of one job, and notices when it ends: by cancellation, by a decision of the API, or because the API
// was out of reach for so long that it must have given the job to another builder.
import type { HeartbeatAnswer, LeaseEnd } from "../src/protocol/builder.ts";
import { LeaseEnded } from "./faults.ts";
import { pause } from "./retry.ts";
import type { Bounds } from "./retry.ts";

export interface HeartbeatOptions {
  /** Sends one heartbeat, with retries within its bounds. */
  beat: (bounds: Bounds) => Promise<HeartbeatAnswer>;
  /** Time between two heartbeats, ms. */
  heartbeatMs: number;
  /** Time without a heartbeat after which the lease ends, ms. */
  leaseMs: number;
  /** When the call that began the lease was sent, by performance.now(). */
  leasedAt: number;
  /** Called once when the lease has ended; `error` is the cause unless the API reported the end. */
  onEnd: (reason: LeaseEnd, error?: unknown) => void;
}

export interface Heartbeat {
  /** Returns until when the lease is certain, by performance.now(). */
  leaseUntil(): number;
  /** Stops the heartbeats. onEnd is no longer called. */
  stop(): void;
}

/** Starts the heartbeats. The first one is sent after one interval. */
export function startHeartbeat(options: HeartbeatOptions): Heartbeat {
  const { beat, heartbeatMs, leaseMs, onEnd } = options;
  const stopper = new AbortController();
  const { signal } = stopper;
  // Counted from when the call was sent, since its answer may have been delayed.
  let leaseUntil = options.leasedAt + leaseMs;

  const run = async (): Promise<LeaseEnd> => {
    for (;;) {
      await pause(heartbeatMs, signal);
      const sentAt = performance.now();
      const answer = await beat({ deadline: leaseUntil, signal });
      if (answer.cancel) return answer.reason ?? "lost";
      leaseUntil = sentAt + leaseMs;
    }
  };
  run().then(
    (reason) => {
      if (!signal.aborted) onEnd(reason);
    },
    (error: unknown) => {
      if (signal.aborted) return;
      if (error instanceof LeaseEnded) onEnd(error.reason);
      else onEnd("lost", error);
    },
  );

  return { leaseUntil: () => leaseUntil, stop: () => stopper.abort() };
}
