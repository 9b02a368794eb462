// What happens to a run's batches after they are cut: they are claimed, reported on and tried again, and end as done,
// or as failed when the run stops. Nothing here awaits, so each decision is made on the present content of the store.
import type { Finding, Outcome } from "../../domain/ports/notifications.ts";
import { packResults, type RecipientResult } from "../../domain/notifications/results.ts";
import { mergeOutcomes, nextDueAt } from "../../domain/notifications/run/retry.ts";
import type { RunClaims } from "./claims.ts";
import { mergeFindings } from "./findings.ts";
import { freshResult } from "./results.ts";
import type { RunStore } from "./store.ts";
import type { UnsavedResults } from "./unsaved.ts";

const NO_REPORT = "no report";

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
   * Takes the outcomes and findings of an attempt, once. Returns after how long the batch's next attempt is due, ms; null
   * when there is none, or when the report came twice or too late.
   */
  complete(
    { batch, attempt }: Attempt,
    outcomes: readonly Outcome[],
    findings: readonly Finding[],
    now: number,
  ): number | null {
    if (!this.isNext({ batch, attempt })) return null;
    const { present } = this.#store;
    const merged = mergeFindings(present.findings, findings);
    if (merged !== present.findings) this.#store.save({ ...present, findings: merged });
    return this.#take({ batch, attempt }, outcomes, present.stopped !== null, now);
  }

  /** Whether this is the attempt that an open batch is at. */
  isNext({ batch, attempt }: Attempt): boolean {
    if (batch >= this.#store.present.batches || this.#store.results.isDone(batch)) return false;
    return attempt === this.attempt(batch);
  }

  /** Returns the number of the attempt that an open batch is at. */
  attempt(batch: number): number {
    return this.#store.results.retry(batch)?.attempt ?? 1;
  }

  /** Returns the ids of the recipients of an open batch's next attempt. */
  due(batch: number, results = this.#results(batch)): number[] {
    const dueAt = this.#store.results.retriesDue.get(batch) ?? 0;
    return results
      .filter((result) => result.status === "pending" && result.dueAt <= dueAt)
      .map(({ id }) => id);
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
      return { ...result, status: "gone", error: "unsubscribed", dueAt: 0, begunAt: 0 };
    });
    const dueAt = this.#store.results.retriesDue.get(batch) ?? 0;
    if (missing.size < due.length) {
      this.#store.results.saveRetry({ batch, attempt, dueAt, results });
    } else {
      // This attempt has no recipients left. The alarm finds those who are due later.
      this.#keep({ batch, attempt }, results, now);
    }
  }

  /** Ends a batch: all pending recipients failed, for this reason. */
  fail(batch: number, reason: string): void {
    const results = this.#results(batch).map((result): RecipientResult => {
      if (result.status !== "pending") return result;
      return { ...result, status: "failed", error: reason, dueAt: 0, begunAt: 0 };
    });
    this.#finish(batch, results);
  }

  /** Ends those batches of a stopped run that are not claimed. */
  failOpen(now: number): void {
    const { stopped } = this.#store.present;
    if (stopped === null) return;
    for (const { batch } of this.#store.open()) {
      if (!this.#claims.isHeld(batch, now)) this.fail(batch, stopped);
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
  ): number | null {
    this.#claims.release(batch);
    const before = this.#results(batch);
    const known = new Map(reported.map((outcome) => [outcome.id, outcome]));
    const outcomes = this.due(batch, before).map((id): Outcome => {
      return known.get(id) ?? { id, status: "retry", error: NO_REPORT, afterMs: null };
    });
    const expiresAt = this.#store.pages.expiresAt(batch);
    const results = mergeOutcomes(before, outcomes, { now, expiresAt, isStopped });
    return this.#keep({ batch, attempt: attempt + 1 }, results, now);
  }

  /** Stores an open batch's results. Returns after how long its next attempt is due, ms; null when it is done. */
  #keep({ batch, attempt }: Attempt, results: RecipientResult[], now: number): number | null {
    const dueAt = nextDueAt(results, now);
    if (dueAt === null) this.#finish(batch, results);
    else this.#store.results.saveRetry({ batch, attempt, dueAt, results });
    return dueAt === null ? null : Math.max(0, dueAt - now);
  }

  #finish(batch: number, results: readonly RecipientResult[]): void {
    const sent = results.filter(({ status }) => status === "sent").length;
    const failed = results.length - sent;
    this.#store.results.saveDone({ batch, sent, failed, packed: packResults(results) });
    this.#unsaved.add(batch);
  }
}
