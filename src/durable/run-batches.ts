// What becomes of a run's batches once they are cut: claimed, done, tried again, found to be lost, failed when
// the run stops. Whatever is decided is decided without waiting in between, on what the store says now.
import type { Ctx } from "../domain/context.ts";
import type { DeliveryMessage, Outcome } from "../domain/notifications/ports.ts";
import { recipientsByIds } from "../domain/notifications/recipients.ts";
import { packResults, type RecipientResult } from "../domain/notifications/results.ts";
import { saveResults, savedBatches } from "../domain/notifications/run.ts";
import { mergeOutcomes } from "../delivery/retry.ts";
import { SECOND_MS } from "../kit/time.ts";
import { chunks } from "./chunks.ts";
import { STALL_MS, type RunClaims } from "./run-claims.ts";
import type { RunStore } from "./run-state.ts";

/** Batches put into the queue again at one look: 1,000 recipients a statement, four of them. */
const MAX_REDISPATCHED = 80;
/** Batches whose recipients are read in one statement: as many as a page has. */
const DISPATCHED_AT_ONCE = 20;
/** Result rows written in one statement: about 100 KB. */
const RESULTS_AT_ONCE = 100;
/** Such statements at one look: a Worker's free plan allows 50 outside calls an invocation. */
const MAX_RESULT_STATEMENTS = 10;

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
    if (!state || state.stopped || batch >= state.batches) return false;
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
    this.#claims.release(batch);
    const { expiresAt, stopped } = this.#store.present;
    const isStopped = stopped !== null || isStopping;
    const merged = mergeOutcomes(this.#results(batch), outcomes, {
      attempt,
      now,
      expiresAt,
      isStopped,
    });
    if (merged.retryAfterMs === null) {
      this.#finish(batch, merged.results);
      return null;
    }
    const dueAt = now + merged.retryAfterMs;
    this.#store.saveRetry({ batch, attempt: attempt + 1, dueAt, results: merged.results });
    return merged.retryAfterMs;
  }

  /** Puts batches nobody reports on into the queue again, as many as one look may. */
  async redispatch(ctx: Ctx): Promise<void> {
    const now = ctx.now();
    const { notificationId, batches } = this.#store.present;
    if (this.#claims.stalledAt <= now) this.#recovery ??= { from: 0, below: batches };
    if (!this.#recovery) return;
    const { from, below } = this.#recovery;
    const lost: number[] = [];
    for (const { batch } of this.#store.open(from)) {
      if (batch >= below || lost.length === MAX_REDISPATCHED) break;
      const dueAt = this.#store.retriesDue.get(batch) ?? 0;
      if (!this.#claims.isHeld(batch, now) && dueAt <= now - STALL_MS) lost.push(batch);
    }
    const isAll = lost.length < MAX_REDISPATCHED;
    this.#recovery = isAll ? null : { from: (lost.at(-1) ?? 0) + 1, below };
    if (lost.length === 0) return;
    this.#claims.hear(now);
    ctx.log.info("batches_sent_again", { run: notificationId, batches: lost.length });
    for (const some of chunks(lost, DISPATCHED_AT_ONCE)) await this.dispatch(ctx, some, 0);
  }

  /**
   * Sends batches out by their recipients' ids as they stand; those who do not take notifications any more
   * are so noted.
   */
  async dispatch(ctx: Ctx, batches: readonly number[], delayMs: number): Promise<void> {
    const attempts = batches.map((batch) => this.#attempt(batch));
    const ids = batches.flatMap((batch) => pending(this.#results(batch)));
    const found = await recipientsByIds(ctx, ids);
    const byId = new Map(found.map((recipient) => [recipient.id, recipient]));
    const { notificationId, stopped } = this.#store.present;
    if (stopped) return;
    const messages: DeliveryMessage[] = [];
    for (const [at, batch] of batches.entries()) {
      const attempt = attempts[at] ?? 1;
      // it came in while the recipients were read, and whoever took it has sent out what is left of it
      if (!this.#isNext({ batch, attempt })) continue;
      const left = pending(this.#results(batch));
      const recipients = left.flatMap((id) => byId.get(id) ?? []);
      if (recipients.length < left.length) this.#noteMissing({ batch, attempt }, byId);
      if (recipients.length === 0) continue;
      messages.push({ kind: "delivery", notificationId, batch, attempt, recipients });
    }
    await ctx.enqueueDeliveries(messages, Math.ceil(delayMs / SECOND_MS));
  }

  /** A stopped run's batches that nobody is at work on count as failed. */
  failOpen(now: number): void {
    const { stopped } = this.#store.present;
    if (!stopped) return;
    for (const { batch, ids } of this.#store.open()) {
      if (this.#claims.isHeld(batch, now)) continue;
      const known = this.#store.retry(batch)?.results ?? ids.map(fresh);
      const results = known.map((result) =>
        result.status === "pending"
          ? { ...result, status: "failed" as const, error: stopped.reason }
          : result,
      );
      this.#finish(batch, results);
    }
  }

  /** Writes results the database lacks, as many as one look may. */
  async saveResults(ctx: Ctx): Promise<void> {
    const { notificationId } = this.#store.present;
    this.#unsaved ??= await this.#lacking(ctx, notificationId);
    const unsaved = this.#unsaved;
    const most = [...unsaved].slice(0, MAX_RESULT_STATEMENTS * RESULTS_AT_ONCE);
    for (const batches of chunks(most, RESULTS_AT_ONCE)) {
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
    return !this.#store.isDone(batch) && attempt === this.#attempt(batch);
  }

  #attempt(batch: number): number {
    return this.#store.retry(batch)?.attempt ?? 1;
  }

  /** What is known of an open batch's recipients. */
  #results(batch: number): RecipientResult[] {
    return this.#store.retry(batch)?.results ?? this.#store.recipients(batch).map(fresh);
  }

  /** Subscribers who went in mid-send get a final outcome all the same. */
  #noteMissing({ batch, attempt }: Attempt, found: ReadonlyMap<number, unknown>): void {
    const results = this.#results(batch).map((result) =>
      result.status === "pending" && !found.has(result.id)
        ? { ...result, status: "gone" as const, error: "unsubscribed" }
        : result,
    );
    const dueAt = this.#store.retriesDue.get(batch) ?? 0;
    if (pending(results).length === 0) this.#finish(batch, results);
    else this.#store.saveRetry({ batch, attempt, dueAt, results });
  }

  #finish(batch: number, known: readonly RecipientResult[]): void {
    const results = known.map((result) =>
      result.status === "pending" ? { ...result, status: "failed" as const } : result,
    );
    const sent = results.filter(({ status }) => status === "sent").length;
    const failed = results.length - sent;
    this.#store.finish({ batch, sent, failed, packed: packResults(results) });
    this.#unsaved?.add(batch);
  }
}

function fresh(id: number): RecipientResult {
  return { id, status: "pending", attempts: 0, error: null };
}

function pending(results: readonly RecipientResult[]): number[] {
  return results.filter(({ status }) => status === "pending").map(({ id }) => id);
}
