// What becomes of a run's batches once they are cut: claimed, reported on, tried again, done, or failed when the run
// stops. Nothing here waits, so each decision is made on what the store says at that moment.
import type { Outcome } from "../../domain/ports/notifications.ts";
import { packResults, type RecipientResult } from "../../domain/notifications/results.ts";
import { mergeOutcomes, nextDueAt } from "../../domain/notifications/run/retry.ts";
import type { RunClaims } from "./claims.ts";
import { freshResult } from "./results.ts";
import type { RunStore } from "./store.ts";
import type { UnsavedResults } from "./unsaved.ts";

const NO_REPORT = "no report";

/** An attempt at a batch. */
export interface Attempt {
  batch: number;
  /** 1 at first. */
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

  /** Gives an attempt to whoever asks first. Answers false when it is not to be made. */
  claim({ batch, attempt }: Attempt, now: number): boolean {
    const { state } = this.#store;
    if (!state || state.stopped) return false;
    if (!this.isNext({ batch, attempt })) return false;
    return this.#claims.take(batch, attempt, now);
  }

  /**
   * Takes the outcomes of an attempt, once. Answers after how long the batch's next attempt is due, ms; null: there
   * is none, or the report came twice or too late.
   */
  complete(
    { batch, attempt }: Attempt,
    outcomes: readonly Outcome[],
    isStopping: boolean,
    now: number,
  ): number | null {
    if (!this.isNext({ batch, attempt })) return null;
    const isStopped = isStopping || this.#store.present.stopped !== null;
    return this.#take({ batch, attempt }, outcomes, isStopped, now);
  }

  /** Whether this attempt is the one an open batch is at. */
  isNext({ batch, attempt }: Attempt): boolean {
    if (batch >= this.#store.present.batches || this.#store.results.isDone(batch)) return false;
    return attempt === this.attempt(batch);
  }

  /** The attempt an open batch is at. */
  attempt(batch: number): number {
    return this.#store.results.retry(batch)?.attempt ?? 1;
  }

  /** The recipients whom an open batch's next attempt is for. */
  due(batch: number, results = this.#results(batch)): number[] {
    const dueAt = this.#store.results.retriesDue.get(batch) ?? 0;
    return results
      .filter((result) => result.status === "pending" && result.dueAt <= dueAt)
      .map(({ id }) => id);
  }

  /** Counts a batch's attempt as made, although whoever claimed it reported nothing. */
  lapse(batch: number, now: number): void {
    this.#take({ batch, attempt: this.attempt(batch) }, [], false, now);
  }

  /**
   * Gives a final result to those an attempt is for who are not among `found`: they unsubscribed or were deleted
   * while the notification was being sent.
   */
  noteMissing({ batch, attempt }: Attempt, found: ReadonlyMap<number, unknown>, now: number): void {
    const due = this.due(batch);
    const missing = new Set(due.filter((id) => !found.has(id)));
    const results = this.#results(batch).map((result): RecipientResult => {
      if (!missing.has(result.id)) return result;
      return { ...result, status: "gone", error: "unsubscribed", dueAt: 0 };
    });
    const dueAt = this.#store.results.retriesDue.get(batch) ?? 0;
    if (missing.size < due.length) {
      this.#store.results.saveRetry({ batch, attempt, dueAt, results });
    } else {
      // This attempt is for nobody any more. Those who are due later are found by the alarm.
      this.#keep({ batch, attempt }, results, now);
    }
  }

  /** Ends a batch: whoever is pending failed for this reason. */
  fail(batch: number, reason: string): void {
    const results = this.#results(batch).map((result): RecipientResult => {
      if (result.status !== "pending") return result;
      return { ...result, status: "failed", error: reason, dueAt: 0 };
    });
    this.#finish(batch, results);
  }

  /** Ends those batches of a stopped run that nobody is at work on. */
  failOpen(now: number): void {
    const { stopped } = this.#store.present;
    if (!stopped) return;
    for (const { batch } of this.#store.open()) {
      if (!this.#claims.isHeld(batch, now)) this.fail(batch, stopped.reason);
    }
  }

  /** What is known of an open batch's recipients. */
  #results(batch: number): RecipientResult[] {
    const { results, pages } = this.#store;
    return results.retry(batch)?.results ?? pages.recipients(batch).map(freshResult);
  }

  /** Notes an attempt's outcomes. It counts for everybody it was for, also for those it has no outcome of. */
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

  /** Keeps an open batch's results. Answers after how long its next attempt is due, ms; null: it is done. */
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
