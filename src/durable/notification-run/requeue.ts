// Puts batches into the queue again: for their next attempt, and when their message seems to be lost.
import type { Ctx } from "../../domain/context.ts";
import type { BatchMessage } from "../../domain/ports/notifications.ts";
import { recipientsByIds } from "../../domain/audiences/recipients.ts";
import { SECOND_MS } from "../../kit/time.ts";
import type { RunBatches } from "./batches.ts";
import type { CallBudget } from "./call-budget.ts";
import type { RunClaims } from "./claims.ts";
import { CUT_CALLS, PAGE_BATCHES } from "./cutting.ts";
import { CLAIM_MS, GIVEN_UP_AFTER_MS, MAX_STALL_MS, STALL_MS } from "./pace.ts";
import type { RunStore } from "./store.ts";

/** Batches requeued at once: as much is read and enqueued as for a page, and takes as many calls. */
const REQUEUED_AT_ONCE = PAGE_BATCHES;
export const REQUEUE_CALLS = CUT_CALLS;

export class Requeue {
  readonly #store: RunStore;
  readonly #claims: RunClaims;
  readonly #batches: RunBatches;
  /** The range of batch numbers in which lost batches are still to be searched for; null when there is no search. */
  #search: { from: number; below: number } | null = null;

  constructor(store: RunStore, claims: RunClaims, batches: RunBatches) {
    this.#store = store;
    this.#claims = claims;
    this.#batches = batches;
  }

  /** Called when a run begins or has ended: forgets the search of an earlier run. */
  clear(): void {
    this.#search = null;
  }

  /** Whether the search for lost batches is not complete yet. */
  get isSearching(): boolean {
    return this.#search !== null;
  }

  /** After a silence, requeues the batches that were not reported on, as many as `calls` allow. */
  async requeueLost(ctx: Ctx, calls: CallBudget): Promise<void> {
    if (this.#isStalled(ctx.now())) {
      this.#search ??= { from: 0, below: this.#store.present.batches };
    }
    while (this.#search && calls.take(REQUEUE_CALLS)) {
      const lost = this.#findLost(this.#search, ctx.now());
      if (lost.length === 0) continue;
      const run = this.#store.present.notificationId;
      ctx.log.info("batches_requeued", { run, batches: lost.length });
      await this.requeue(ctx, lost, 0);
    }
  }

  /** Requeues what is left of a batch after a report. If that fails, the alarm finds the batch to be lost. */
  async retry(ctx: Ctx, batch: number, afterMs: number): Promise<void> {
    try {
      await this.requeue(ctx, [batch], afterMs);
    } catch (error) {
      const run = this.#store.state?.notificationId;
      if (run !== undefined) ctx.log.error("batch_not_requeued", error, { run, batch });
    }
  }

  /**
   * Called when a message came for an attempt that was made before: its batch was not lost, the queue is only slow.
   * Doubles the silence that means a loss for the rest of the run, or each attempt would be repeated as often as this one.
   */
  noteRepeat(): void {
    const { present } = this.#store;
    if (present.stallMs >= MAX_STALL_MS) return;
    this.#store.save({ ...present, stallMs: Math.min(2 * present.stallMs, MAX_STALL_MS) });
  }

  /** Whether a silence means that batches were lost. */
  #isStalled(now: number): boolean {
    return this.#claims.isStalled(this.#store.present.stallMs, now);
  }

  /**
   * Enqueues open batches, to be delivered after `delayMs`, with the recipients of their next attempt as they are in
   * the database now. Those who are no longer active get the result `gone`. Does nothing if the run has been stopped.
   */
  async requeue(ctx: Ctx, batches: readonly number[], delayMs: number): Promise<void> {
    const attempts = batches.map((batch) => {
      return { batch, attempt: this.#batches.attempt(batch), lane: this.#batches.laneOf(batch) };
    });
    const ids = batches.flatMap((batch) => this.#batches.due(batch));
    const found = await recipientsByIds(ctx, ids);
    const byId = new Map(found.map((recipient) => [recipient.id, recipient]));
    const { notificationId, stopped } = this.#store.present;
    if (stopped !== null) return;
    const messages: BatchMessage[] = [];
    for (const { batch, attempt, lane } of attempts) {
      // A report came in while the recipients were read, and whatever is left of the batch was requeued by it.
      if (!this.#batches.isNext({ batch, attempt })) continue;
      const due = this.#batches.due(batch);
      const recipients = due.flatMap((id) => byId.get(id) ?? []);
      if (recipients.length < due.length) {
        this.#batches.noteMissing({ batch, attempt }, byId, ctx.now());
      }
      if (recipients.length === 0) continue;
      const expiresAt = this.#store.pages.expiresAt(batch);
      messages.push({ lane, notificationId, batch, attempt, expiresAt, recipients });
    }
    await ctx.enqueueBatches(messages, Math.ceil(delayMs / SECOND_MS));
  }

  /**
   * Returns the next batches that were not claimed; those for the slow lane wait for their turn again instead. Of the others, a batch that was claimed and not reported on has
   * used up its attempt, and a batch whose message expired long ago gets no other.
   */
  #findLost({ from, below }: { from: number; below: number }, now: number): number[] {
    const lost: number[] = [];
    for (const { batch } of this.#store.open(from)) {
      if (batch >= below || lost.length === REQUEUED_AT_ONCE) break;
      if (this.#claims.isHeld(batch, now) || !this.#isLate(batch, now)) continue;
      if (now >= this.#store.pages.expiresAt(batch) + GIVEN_UP_AFTER_MS) {
        this.#batches.fail(batch, { error: "expired", reason: "expired" });
      } else if (this.#claims.release(batch)) this.#batches.lapse(batch, now);
      else if (this.#batches.laneOf(batch) === "slow") this.#store.results.saveOut(batch, 0);
      else lost.push(batch);
    }
    const isAll = lost.length < REQUEUED_AT_ONCE;
    this.#search = isAll ? null : { from: (lost.at(-1) ?? 0) + 1, below };
    if (lost.length > 0 && this.#isStalled(now)) this.#claims.backOff(now);
    return lost;
  }

  /** Whether a batch should have been reported on. One that waits for its turn in the slow lane is out nowhere. */
  #isLate(batch: number, now: number): boolean {
    const slow = this.#store.results.slowBatches.get(batch);
    if (slow) return slow.outAt > 0 && slow.outAt <= now - CLAIM_MS;
    return (this.#store.results.retriesDue.get(batch) ?? 0) <= now - STALL_MS;
  }
}
