// What happens to a run's batches after they are cut: they are claimed, reported on and tried again, and end as done,
// or as failed when the run stops. Nothing here awaits, so each decision is made on the present content of the store.
import type { FailureReason, Finding, Lane, Outcome } from "../../domain/ports/notifications.ts";
import { tally } from "../../domain/notifications/result-totals.ts";
import {
  freshResult,
  packResults,
  type RecipientResult,
} from "../../domain/notifications/results.ts";
import { laneOf, mergeOutcomes, nextDue } from "../../domain/notifications/run/retry.ts";
import type { RunClaims } from "./claims.ts";
import { mergeFindings, mergeSlowHosts } from "../../domain/notifications/run/findings.ts";
import type { RunStore } from "./store.ts";
import type { UnsavedResults } from "./unsaved.ts";

const NO_REPORT = { error: "no report", reason: "internal" } as const;
const NOT_SLOW = { until: 0, outAt: 0 };

/** What follows from a report: the batch's next attempt is due after this, ms, in this lane. */
interface Next {
  afterMs: number;
  lane: Lane;
}

/** An attempt at a batch. */
export interface Attempt {
  batch: number;
  /** From 1. */
  attempt: number;
}

export class RunBatches {
  readonly #store: RunStore;
  readonly #claims: RunClaims;
  readonly #unsaved: UnsavedResults;

  constructor(store: RunStore, claims: RunClaims, unsaved: UnsavedResults) {
    this.#store = store;
    this.#claims = claims;
    this.#unsaved = unsaved;
  }

  /** Claims an attempt for its first caller. Returns false when the attempt is not to be made. */
  claim({ batch, attempt }: Attempt, now: number): boolean {
    const { state } = this.#store;
    if (!state || state.stopped !== null) return false;
    if (!this.isNext({ batch, attempt })) return false;
    return this.#claims.take(batch, attempt, now);
  }

  /**
   * Takes the outcomes and findings of an attempt, once. Returns when the batch's next attempt is due; null when there is
   * none, or when the report came twice or too late.
   */
  complete(
    { batch, attempt }: Attempt,
    outcomes: readonly Outcome[],
    { findings, slow }: { findings: readonly Finding[]; slow: readonly string[] },
    now: number,
  ): Next | null {
    if (!this.isNext({ batch, attempt })) return null;
    const { present } = this.#store;
    const merged = mergeFindings(present.findings, findings);
    const slowHosts = mergeSlowHosts(present.slowHosts, slow, now);
    if (merged !== present.findings || slowHosts !== present.slowHosts) {
      this.#store.save({ ...present, findings: merged, slowHosts });
    }
    return this.#take({ batch, attempt }, outcomes, present.stopped !== null, now);
  }

  /** Whether this is the attempt that an open batch is at. */
  isNext({ batch, attempt }: Attempt): boolean {
    if (batch >= this.#store.present.batches || this.#store.results.isDone(batch)) return false;
    return attempt === this.attempt(batch);
  }

  /** Whether this attempt was made before: the batch is done, or at a later one. */
  isPast({ batch, attempt }: Attempt): boolean {
    if (!this.#store.state || batch >= this.#store.present.batches) return false;
    return this.#store.results.isDone(batch) || attempt < this.attempt(batch);
  }

  /** Returns the number of the attempt that an open batch is at. */
  attempt(batch: number): number {
    return this.#store.results.retry(batch)?.attempt ?? 1;
  }

  /** Returns the ids of the recipients of an open batch's next attempt. */
  due(batch: number, results = this.#results(batch)): number[] {
    const dueAt = this.#store.results.retriesDue.get(batch) ?? 0;
    const lane = this.laneOf(batch);
    return results
      .filter((result) => result.status === "pending" && laneOf(result) === lane)
      .filter((result) => result.dueAt <= dueAt)
      .map(({ id }) => id);
  }

  /** Returns the lane of an open batch's next attempt. */
  laneOf(batch: number): Lane {
    return this.#store.results.slowBatches.has(batch) ? "slow" : "ordinary";
  }

  /** Ends the wait of those in the slow lane whose time there is over: they failed for what was last known of them. */
  endOverdue(now: number): void {
    for (const [batch, { until, outAt }] of this.#store.results.slowBatches) {
      if (until > now || outAt > 0) continue;
      const results = this.#results(batch).map((result): RecipientResult => {
        const { id, status, attempts, error, reason, slowUntil = Infinity } = result;
        if (status !== "pending" || slowUntil > now) return result;
        return { id, status: "failed", attempts, error, reason, dueAt: 0, begunAt: 0 };
      });
      this.#keep({ batch, attempt: this.attempt(batch) }, results, now);
    }
  }

  /** Counts a batch's attempt as made, although its claimant has reported nothing. */
  lapse(batch: number, now: number): void {
    this.#take({ batch, attempt: this.attempt(batch) }, [], false, now);
  }

  /**
   * Gives a final result to those recipients of an attempt that are not among `found`: they unsubscribed or were
   * deleted while the notification was being sent.
   */
  noteMissing({ batch, attempt }: Attempt, found: ReadonlyMap<number, unknown>, now: number): void {
    const due = this.due(batch);
    const missing = new Set(due.filter((id) => !found.has(id)));
    const results = this.#results(batch).map((result): RecipientResult => {
      if (!missing.has(result.id)) return result;
      const { id, attempts } = result;
      const left = { error: "unsubscribed", reason: "unsubscribed" } as const;
      return { id, status: "gone", attempts, ...left, dueAt: 0, begunAt: 0 };
    });
    if (missing.size < due.length) {
      const dueAt = this.#store.results.retriesDue.get(batch) ?? 0;
      const { until: slowUntil, outAt } = this.#store.results.slowBatches.get(batch) ?? NOT_SLOW;
      this.#store.results.saveRetry({ batch, attempt, dueAt, slowUntil, results });
      if (outAt > 0) this.#store.results.saveOut(batch, outAt);
    } else {
      // This attempt has no recipients left. The alarm finds those who are due later.
      this.#keep({ batch, attempt }, results, now);
    }
  }

  /** Ends a batch: all pending recipients failed, because of this. */
  fail(batch: number, why: { error: string; reason: FailureReason }): void {
    const results = this.#results(batch).map((result): RecipientResult => {
      if (result.status !== "pending") return result;
      const { id, attempts } = result;
      return { id, status: "failed", attempts, ...why, dueAt: 0, begunAt: 0 };
    });
    this.#finish(batch, results);
  }

  /** Ends those batches of a stopped run that are not claimed. */
  failOpen(now: number): void {
    const { stopped } = this.#store.present;
    if (stopped === null) return;
    for (const { batch } of this.#store.open()) {
      if (!this.#claims.isHeld(batch, now)) {
        this.fail(batch, { error: stopped, reason: "cancelled" });
      }
    }
  }

  /** Returns the present results of an open batch's recipients. */
  #results(batch: number): RecipientResult[] {
    const { results, pages } = this.#store;
    return results.retry(batch)?.results ?? pages.recipients(batch).map(freshResult);
  }

  /** Merges an attempt's outcomes. The attempt counts for all its recipients, even for those without an outcome. */
  #take(
    { batch, attempt }: Attempt,
    reported: readonly Outcome[],
    isStopped: boolean,
    now: number,
  ): Next | null {
    this.#claims.release(batch);
    const before = this.#results(batch);
    const lane = this.laneOf(batch);
    const known = new Map(reported.map((outcome) => [outcome.id, outcome]));
    const outcomes = this.due(batch, before).map((id): Outcome => {
      return known.get(id) ?? { id, status: "retry", ...NO_REPORT, afterMs: null, lane };
    });
    const expiresAt = this.#store.pages.expiresAt(batch);
    const results = mergeOutcomes(before, outcomes, { now, expiresAt, isStopped });
    return this.#keep({ batch, attempt: attempt + 1 }, results, now);
  }

  /** Stores an open batch's results. Returns when its next attempt is due; null when it is done. */
  #keep({ batch, attempt }: Attempt, results: RecipientResult[], now: number): Next | null {
    const next = nextDue(results, now);
    if (next === null) {
      this.#finish(batch, results);
      return null;
    }
    const { dueAt, lane } = next;
    const waits = results.flatMap(({ slowUntil }) => slowUntil ?? []);
    const slowUntil = lane === "slow" ? Math.max(...waits) : 0;
    this.#store.results.saveRetry({ batch, attempt, dueAt, slowUntil, results });
    return { afterMs: Math.max(0, dueAt - now), lane };
  }

  #finish(batch: number, results: readonly RecipientResult[]): void {
    const sent = results.filter(({ status }) => status === "sent").length;
    const failed = results.length - sent;
    const totals = tally(results, this.#store.pages.providers(batch));
    this.#store.results.saveDone({ batch, sent, failed, totals, packed: packResults(results) });
    this.#unsaved.add(batch);
  }
}
