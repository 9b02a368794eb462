// Keeps one job's lease alive, and learns from the answers when it ended: cancelled by the owner, taken away,
// or out of reach for so long that the API must have given it to another builder.
import type { HeartbeatAnswer, LeaseEnd } from "../src/protocol/builder.ts";
import { LeaseEnded } from "./faults.ts";
import { pause } from "./retry.ts";
import type { Bounds } from "./retry.ts";

export interface HeartbeatOptions {
  /** One heartbeat, retried within its bounds. */
  beat: (bounds: Bounds) => Promise<HeartbeatAnswer>;
  /** Time between two heartbeats, ms. */
  heartbeatMs: number;
  /** Time without a heartbeat after which the API takes the job back, ms. */
  leaseMs: number;
  /** When the call that started the lease was sent, by performance.now(). */
  leasedAt: number;
  /** Called once, when the lease has ended; `error` says why where it is not the API's plain answer. */
  onEnd: (reason: LeaseEnd, error?: unknown) => void;
}

export interface Heartbeat {
  /** Until when the lease is certain, by performance.now(). */
  leaseUntil(): number;
  /** Ends the heartbeats; onEnd is not called any more. */
  stop(): void;
}

/** Starts the heartbeats; the first one comes after one interval. */
export function startHeartbeat(options: HeartbeatOptions): Heartbeat {
  const { beat, heartbeatMs, leaseMs, onEnd } = options;
  const stopper = new AbortController();
  const { signal } = stopper;
  // Counted from sending, since the answer may have been long on its way.
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
