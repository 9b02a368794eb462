// What becomes of a run's batches once they are cut: claimed, done, tried again, found to be lost, failed when
// the run stops. Whatever is decided is decided without waiting in between, on what the store says now.
import type { Ctx } from "../domain/context.ts";
import type { DeliveryMessage, Outcome } from "../domain/ports/notifications.ts";
import { recipientsByIds } from "../domain/notifications/recipients.ts";
import { packResults, type RecipientResult } from "../domain/notifications/results.ts";
import { saveResults, savedBatches } from "../domain/notifications/run.ts";
import { mergeOutcomes, nextDueAt } from "../delivery/retry.ts";
import { MINUTE_MS, SECOND_MS } from "../kit/time.ts";
import { chunks } from "../kit/chunks.ts";
import type { RunCalls } from "./run-calls.ts";
import { STALL_MS, type RunClaims } from "./run-claims.ts";
import { fresh, type RunStore } from "./run-state.ts";

/** Batches whose recipients are read in one statement: as many as a page has. */
const DISPATCHED_AT_ONCE = 20;
/** Calls that takes: they are read, and their messages are more than one call to the queue takes. */
const DISPATCH_CALLS = 4;
/** Result rows written in one statement: about 100 KB. */
const RESULTS_AT_ONCE = 100;
/** What is still lost so long after its message was worth nothing any more is given up, ms. */
const GIVEN_UP_AFTER_MS = 15 * MINUTE_MS;
const NO_REPORT = "no report";

/** An attempt at a batch. */
interface Attempt {
  batch: number;
  attempt: number;
}

export class RunBatches {
  readonly #store: RunStore;
  readonly #claims: RunClaims;
  /** Done batches whose results the database lacks; null: not known, since the object woke up. */
  #unsaved: Set<number> | null = null;
  /** Where the search for lost batches stands; null: none is on. */
  #recovery: { from: number; below: number } | null = null;

  constructor(store: RunStore, claims: RunClaims) {
    this.#store = store;
    this.#claims = claims;
  }

  /** A run begins, or ended: nothing of another one counts. */
  clear(): void {
    this.#unsaved = null;
    this.#recovery = null;
  }

  claim({ batch, attempt }: Attempt, now: number): boolean {
    const { state } = this.#store;
    if (!state || state.stopped) return false;
    if (!this.#isNext({ batch, attempt })) return false;
    return this.#claims.take(batch, attempt, now);
  }

  /**
   * Takes the outcomes of an attempt, once; answers after how long the batch is to go out again, ms, or null
   * when it is not.
   */
  complete(
    { batch, attempt }: Attempt,
    outcomes: readonly Outcome[],
    isStopping: boolean,
    now: number,
  ): number | null {
    if (!this.#isNext({ batch, attempt })) return null;
    const isStopped = isStopping || this.#store.present.stopped !== null;
    return this.#take({ batch, attempt }, outcomes, isStopped, now);
  }

  /** Puts batches nobody reports on into the queue again, as many as `calls` allow. */
  async redispatch(ctx: Ctx, calls: RunCalls): Promise<void> {
    if (this.#claims.stalledAt <= ctx.now()) {
      this.#recovery ??= { from: 0, below: this.#store.present.batches };
    }
    while (this.#recovery && calls.take(DISPATCH_CALLS)) {
      const lost = this.#findLost(this.#recovery, ctx.now());
      if (lost.length === 0) continue;
      const run = this.#store.present.notificationId;
      ctx.log.info("batches_sent_again", { run, batches: lost.length });
      await this.dispatch(ctx, lost, 0);
    }
  }

  /**
   * The next batches that nobody took out of the queue. One that somebody took and did not report on has had its
   * attempt; one whose time is long over gets no other.
   */
  #findLost({ from, below }: { from: number; below: number }, now: number): number[] {
    const lost: number[] = [];
    for (const { batch } of this.#store.open(from)) {
      if (batch >= below || lost.length === DISPATCHED_AT_ONCE) break;
      const dueAt = this.#store.retriesDue.get(batch) ?? 0;
      if (this.#claims.isHeld(batch, now) || dueAt > now - STALL_MS) continue;
      const attempt = this.#attempt(batch);
      if (now >= this.#store.expiresAt(batch) + GIVEN_UP_AFTER_MS) this.#fail(batch, "expired");
      else if (this.#claims.release(batch)) this.#take({ batch, attempt }, [], false, now);
      else lost.push(batch);
    }
    const isAll = lost.length < DISPATCHED_AT_ONCE;
    this.#recovery = isAll ? null : { from: (lost.at(-1) ?? 0) + 1, below };
    if (lost.length > 0 && this.#claims.stalledAt <= now) this.#claims.backOff(now);
    return lost;
  }

  /**
   * Sends batches out by their recipients' ids as they stand; those who do not take notifications any more
   * are so noted.
   */
  async dispatch(ctx: Ctx, batches: readonly number[], delayMs: number): Promise<void> {
    const attempts = batches.map((batch) => this.#attempt(batch));
    const ids = batches.flatMap((batch) => this.#due(batch));
    const found = await recipientsByIds(ctx, ids);
    const byId = new Map(found.map((recipient) => [recipient.id, recipient]));
    const { notificationId, stopped } = this.#store.present;
    if (stopped) return;
    const messages: DeliveryMessage[] = [];
    for (const [at, batch] of batches.entries()) {
      const attempt = attempts[at] ?? 1;
      // it came in while the recipients were read, and whoever took it has sent out what is left of it
      if (!this.#isNext({ batch, attempt })) continue;
      const due = this.#due(batch);
      const recipients = due.flatMap((id) => byId.get(id) ?? []);
      if (recipients.length < due.length) this.#noteMissing({ batch, attempt }, byId, ctx.now());
      if (recipients.length === 0) continue;
      const expiresAt = this.#store.expiresAt(batch);
      messages.push({ kind: "delivery", notificationId, batch, attempt, expiresAt, recipients });
    }
    await ctx.enqueueDeliveries(messages, Math.ceil(delayMs / SECOND_MS));
  }

  /** A stopped run's batches that nobody is at work on count as failed. */
  failOpen(now: number): void {
    const { stopped } = this.#store.present;
    if (!stopped) return;
    for (const { batch } of this.#store.open()) {
      if (!this.#claims.isHeld(batch, now)) this.#fail(batch, stopped.reason);
    }
  }

  /** Writes results the database lacks, as many as `calls` allow. */
  async saveResults(ctx: Ctx, calls: RunCalls): Promise<void> {
    const { notificationId } = this.#store.present;
    this.#unsaved ??= await this.#lacking(ctx, notificationId);
    const unsaved = this.#unsaved;
    for (const batches of chunks([...unsaved], RESULTS_AT_ONCE)) {
      if (!calls.take(1)) return;
      await saveResults(ctx, notificationId, this.#store.packed(batches));
      for (const batch of batches) unsaved.delete(batch);
    }
  }

  /** Whether the database has all results. */
  get isSaved(): boolean {
    return this.#unsaved?.size === 0;
  }

  /** Whether the search for lost batches has further to go. */
  get isRecovering(): boolean {
    return this.#recovery !== null;
  }

  async #lacking(ctx: Ctx, notificationId: number): Promise<Set<number>> {
    const saved = await savedBatches(ctx, notificationId);
    return new Set([...this.#store.doneBatches()].filter((batch) => !saved.has(batch)));
  }

  /** Whether this attempt is the one the batch is at. */
  #isNext({ batch, attempt }: Attempt): boolean {
    if (batch >= this.#store.present.batches || this.#store.isDone(batch)) return false;
    return attempt === this.#attempt(batch);
  }

  #attempt(batch: number): number {
    return this.#store.retry(batch)?.attempt ?? 1;
  }

  /** What is known of an open batch's recipients. */
  #results(batch: number): RecipientResult[] {
    return this.#store.retry(batch)?.results ?? this.#store.recipients(batch).map(fresh);
  }

  /** The recipients an open batch's next attempt is for. */
  #due(batch: number, results = this.#results(batch)): number[] {
    const dueAt = this.#store.retriesDue.get(batch) ?? 0;
    return results
      .filter((result) => result.status === "pending" && result.dueAt <= dueAt)
      .map(({ id }) => id);
  }

  /** Notes what an attempt brought; whom it brought nothing for has had it all the same. */
  #take(
    { batch, attempt }: Attempt,
    brought: readonly Outcome[],
    isStopped: boolean,
    now: number,
  ): number | null {
    this.#claims.release(batch);
    const before = this.#results(batch);
    const known = new Map(brought.map((outcome) => [outcome.id, outcome]));
    const outcomes = this.#due(batch, before).map((id): Outcome => {
      return known.get(id) ?? { id, status: "retry", error: NO_REPORT, afterMs: null };
    });
    const expiresAt = this.#store.expiresAt(batch);
    const results = mergeOutcomes(before, outcomes, { now, expiresAt, isStopped });
    return this.#keep({ batch, attempt: attempt + 1 }, results, now);
  }

  /** Keeps an open batch's results; answers after how long its next attempt is due, ms, null when it is done. */
  #keep({ batch, attempt }: Attempt, results: RecipientResult[], now: number): number | null {
    const dueAt = nextDueAt(results, now);
    if (dueAt === null) this.#finish(batch, results);
    else this.#store.saveRetry({ batch, attempt, dueAt, results });
    return dueAt === null ? null : Math.max(0, dueAt - now);
  }

  /** Subscribers who went in mid-send get a final outcome all the same. */
  #noteMissing(
    { batch, attempt }: Attempt,
    found: ReadonlyMap<number, unknown>,
    now: number,
  ): void {
    const due = this.#due(batch);
    const missing = new Set(due.filter((id) => !found.has(id)));
    const results = this.#results(batch).map((result): RecipientResult => {
      if (!missing.has(result.id)) return result;
      return { ...result, status: "gone", error: "unsubscribed", dueAt: 0 };
    });
    const dueAt = this.#store.retriesDue.get(batch) ?? 0;
    if (missing.size < due.length) this.#store.saveRetry({ batch, attempt, dueAt, results });
    // those who are due later are found by the alarm
    else this.#keep({ batch, attempt }, results, now);
  }

  /** Ends a batch: who is pending failed for this reason. */
  #fail(batch: number, reason: string): void {
    const results = this.#results(batch).map((result): RecipientResult => {
      if (result.status !== "pending") return result;
      return { ...result, status: "failed", error: reason, dueAt: 0 };
    });
    this.#finish(batch, results);
  }

  #finish(batch: number, results: readonly RecipientResult[]): void {
    const sent = results.filter(({ status }) => status === "sent").length;
    const failed = results.length - sent;
    this.#store.finish({ batch, sent, failed, packed: packResults(results) });
    this.#unsaved?.add(batch);
  }
}
