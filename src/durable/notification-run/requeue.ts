// Puts batches into the queue again: for their next attempt, and when their message seems to be lost.
import type { Ctx } from "../../domain/context.ts";
import type { BatchMessage } from "../../domain/ports/notifications.ts";
import { recipientsByIds } from "../../domain/notifications/recipients.ts";
import { SECOND_MS } from "../../kit/time.ts";
import type { RunBatches } from "./batches.ts";
import type { CallBudget } from "./call-budget.ts";
import type { RunClaims } from "./claims.ts";
import { CUT_CALLS, PAGE_BATCHES } from "./cutting.ts";
import { GIVEN_UP_AFTER_MS, STALL_MS } from "./pace.ts";
import type { RunStore } from "./store.ts";

/** Batches requeued at once, and the calls that takes: as much is read and enqueued as for a page. */
const REQUEUED_AT_ONCE = PAGE_BATCHES;
const REQUEUE_CALLS = CUT_CALLS;

export class Requeue {
  readonly #store: RunStore;
  readonly #claims: RunClaims;
  readonly #batches: RunBatches;
  /** The numbers between which lost batches are still to be searched for; null: no search is on. */
  #search: { from: number; below: number } | null = null;

  constructor(store: RunStore, claims: RunClaims, batches: RunBatches) {
    this.#store = store;
    this.#claims = claims;
    this.#batches = batches;
  }

  /** A run begins or is over: nothing of another one counts. */
  clear(): void {
    this.#search = null;
  }

  /** Whether the search for lost batches has further to go. */
  get isSearching(): boolean {
    return this.#search !== null;
  }

  /** After a silence, puts batches that nobody reported on into the queue again, as many as `calls` allow. */
  async requeueLost(ctx: Ctx, calls: CallBudget): Promise<void> {
    if (this.#claims.stalledAt <= ctx.now()) {
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

  /**
   * Puts open batches into the queue after `delayMs`, for the recipients that their next attempt is for, as the
   * database now has them. Those who no longer take notifications are noted as gone. Does nothing for a run that
   * is stopped by then.
   */
  async requeue(ctx: Ctx, batches: readonly number[], delayMs: number): Promise<void> {
    const attempts = batches.map((batch) => ({ batch, attempt: this.#batches.attempt(batch) }));
    const ids = batches.flatMap((batch) => this.#batches.due(batch));
    const found = await recipientsByIds(ctx, ids);
    const byId = new Map(found.map((recipient) => [recipient.id, recipient]));
    const { notificationId, stopped } = this.#store.present;
    if (stopped) return;
    const messages: BatchMessage[] = [];
    for (const { batch, attempt } of attempts) {
      // A report came in while the recipients were read, and whoever took it has requeued what is left of the batch.
      if (!this.#batches.isNext({ batch, attempt })) continue;
      const due = this.#batches.due(batch);
      const recipients = due.flatMap((id) => byId.get(id) ?? []);
      if (recipients.length < due.length) {
        this.#batches.noteMissing({ batch, attempt }, byId, ctx.now());
      }
      if (recipients.length === 0) continue;
      const expiresAt = this.#store.pages.expiresAt(batch);
      messages.push({ notificationId, batch, attempt, expiresAt, recipients });
    }
    await ctx.enqueueBatches(messages, Math.ceil(delayMs / SECOND_MS));
  }

  /**
   * The next batches that nobody took out of the queue. Of the others, one that somebody took and did not report on
   * has had its attempt, and one whose message expired long ago gets no other.
   */
  #findLost({ from, below }: { from: number; below: number }, now: number): number[] {
    const lost: number[] = [];
    for (const { batch } of this.#store.open(from)) {
      if (batch >= below || lost.length === REQUEUED_AT_ONCE) break;
      const dueAt = this.#store.results.retriesDue.get(batch) ?? 0;
      if (this.#claims.isHeld(batch, now) || dueAt > now - STALL_MS) continue;
      if (now >= this.#store.pages.expiresAt(batch) + GIVEN_UP_AFTER_MS) {
        this.#batches.fail(batch, "expired");
      } else if (this.#claims.release(batch)) this.#batches.lapse(batch, now);
      else lost.push(batch);
    }
    const isAll = lost.length < REQUEUED_AT_ONCE;
    this.#search = isAll ? null : { from: (lost.at(-1) ?? 0) + 1, below };
    if (lost.length > 0 && this.#claims.stalledAt <= now) this.#claims.backOff(now);
    return lost;
  }
}
