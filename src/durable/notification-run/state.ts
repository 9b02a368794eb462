// Where a run stands, as one value: the decisions of this folder are made on it, and the store keeps it.
import type { ProviderFindings } from "../../domain/notifications/run/findings.ts";
import { STALL_MS } from "./pace.ts";

/**
 * scheduled: the run waits for its time. starting: the audience is being counted. taking: the run goes on with a send that
 * began without it, and the row does not say so yet. cutting: batches are being cut. draining: all are cut, and some are not done. A run that has ended has no phase, since nothing of it is kept.
 */
export type RunPhase = "scheduled" | "starting" | "taking" | "cutting" | "draining";

/** A part of the audience that is due at one time. */
export interface Wave {
  /** ms. */
  at: number;
  /** The time zones that are due then; null for everybody. */
  zones: string[] | null;
}

export interface RunState {
  notificationId: number;
  phase: RunPhase;
  waves: Wave[];
  /** The index in `waves` of the wave that is being cut; when there is none at that index, all are cut. */
  wave: number;
  /** The last subscriber of this wave that was put into a batch. */
  after: number;
  /** The newest subscriber when the run began: newer ones are not in the audience. */
  upTo: number;
  /** Recipients in each batch, the last of a page aside, as it was configured when cutting began; 1 before that. */
  batchSize: number;
  /** Number of batches and recipients cut so far. */
  batches: number;
  recipients: number;
  /** The size of the audience as it was counted at the start. */
  expected: number;
  /** What batches have found out about providers. */
  findings: ProviderFindings;
  /** Who kept batches waiting (`takerOf` in kit/push/services.ts), and until when each counts as slow, ms. */
  slowHosts: Record<string, number>;
  /** After how long a silence first means a loss, ms: STALL_MS, or more where the queue turned out to be slow. */
  stallMs: number;
  /** The batch from which on subscribers are still to be retired, when all are done (retirement.ts). */
  retiredTo: number;
  /** Why nothing more is to be sent; null while that is not so. */
  stopped: string | null;
}

/** Makes the state of a run that has done nothing yet. */
export function newRun(
  notificationId: number,
  phase: "scheduled" | "starting" | "taking",
): RunState {
  return {
    notificationId,
    phase,
    waves: [],
    wave: 0,
    after: 0,
    upTo: 0,
    batchSize: 1,
    batches: 0,
    recipients: 0,
    expected: 0,
    findings: {},
    slowHosts: {},
    stallMs: STALL_MS,
    retiredTo: 0,
    stopped: null,
  };
}
