// Where a run stands, as one value: what the decisions of this folder are made on, and what the store keeps.
import type { Provider } from "../../kit/push/credentials.ts";

/**
 * scheduled: it waits for its time. starting: the audience is being counted. cutting: batches are being cut.
 * draining: all are cut, and some are not done. A run that is over has no phase, since nothing of it is kept.
 */
export type RunPhase = "scheduled" | "starting" | "cutting" | "draining";

/** A part of the audience that is due at one time. */
export interface Wave {
  /** ms. */
  at: number;
  /** The time zones that are due then; null: everybody. */
  zones: string[] | null;
}

export interface RunState {
  notificationId: number;
  phase: RunPhase;
  waves: Wave[];
  /** The place in `waves` of the one being cut; all are cut when there is none at that place. */
  wave: number;
  /** The last subscriber of this wave who was put into a batch. */
  after: number;
  /** The newest subscriber when the run began: younger ones are not in the audience. */
  upTo: number;
  /** Batches and recipients cut so far. */
  batches: number;
  recipients: number;
  /** The size of the audience as it was counted at the start. */
  expected: number;
  /** What the app could send by when sending began. Other providers can't stop the run. */
  providers: Provider[];
  /** Providers that took a message of this run. */
  reached: Provider[];
  /** What may be wrong with a provider that has taken no message yet. */
  suspicion: string | null;
  /** Set when nobody new is sent to: the owner cancelled, or a credential does not work. */
  stopped: { status: "cancelled" | "failed"; reason: string } | null;
}

/** A run that has done nothing yet. */
export function newRun(notificationId: number, phase: "scheduled" | "starting"): RunState {
  return {
    notificationId,
    phase,
    waves: [],
    wave: 0,
    after: 0,
    upTo: 0,
    batches: 0,
    recipients: 0,
    expected: 0,
    providers: [],
    reached: [],
    suspicion: null,
    stopped: null,
  };
}
