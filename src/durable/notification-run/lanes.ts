// How many batches a run may have out in each lane: it asks the account's share before it cuts, and before it puts
// batches into the slow queue. Those wait for their turn in the run itself, so that no message waits for long.
import type { Ctx } from "../../domain/context.ts";
import type { Lane, Wanted } from "../../domain/ports/notifications.ts";
import type { RunInfo } from "../../domain/notifications/run/load-run.ts";
import type { RunBatches } from "./batches.ts";
import type { CallBudget } from "./call-budget.ts";
import type { RunClaims } from "./claims.ts";
import { CUT_CALLS, cutPage, PAGE_BATCHES } from "./cutting.ts";
import { isCutDue, lookAfterReport, MAX_OUT, OUT_LOOK_MS } from "./pace.ts";
import { REQUEUE_CALLS, type Requeue } from "./requeue.ts";
import type { RunState } from "./state.ts";
import type { RunStore } from "./store.ts";

/** What a run takes for itself when the share can't be asked: a page and one slow batch, so that it goes on. */
const UNASKED = { ordinary: PAGE_BATCHES, slow: 1, againMs: OUT_LOOK_MS };

export class RunLanes {
  readonly #store: RunStore;
  readonly #claims: RunClaims;
  readonly #batches: RunBatches;
  readonly #requeue: Requeue;
  /** What the share was last told is out, and when, ms. */
  #told = { at: 0, slow: 0 };
  /** When the share is to be asked again, ms, since it gave less than was wanted; 0: it gave enough. */
  #againAt = 0;

  constructor(store: RunStore, claims: RunClaims, batches: RunBatches, requeue: Requeue) {
    this.#store = store;
    this.#claims = claims;
    this.#batches = batches;
    this.#requeue = requeue;
  }

  /** Called when a run begins or has ended. */
  clear(): void {
    this.#told = { at: 0, slow: 0 };
    this.#againAt = 0;
  }

  /** When the run may ask for more, ms. */
  get againAt(): number {
    return this.#againAt;
  }

  /** When the run looks next after a report on a batch, ms; `next`: the batch's next attempt, if there is one. */
  lookAfter(isFromSlow: boolean, next: { lane: Lane } | null, now: number): number {
    // A batch that came back out of the slow lane makes room there; one that is for it asks for room.
    if (isFromSlow) return now;
    if (next?.lane === "slow") return Math.max(now, this.#againAt);
    const lookAt = lookAfterReport(this.#store.view, now);
    return Math.max(lookAt, Math.min(this.#againAt, now + OUT_LOOK_MS));
  }

  /** Cuts what is due, and puts batches into the slow lane, as many as the account's share and `calls` allow. */
  async putOut(ctx: Ctx, info: RunInfo, calls: CallBudget): Promise<void> {
    this.#batches.endOverdue(ctx.now());
    let room = await this.#ask(ctx, info, calls);
    const mayCut = () => room > 0 || !needsRoom(this.#store.present);
    while (mayCut() && isCutDue(this.#store.view, ctx.now()) && calls.take(CUT_CALLS)) {
      this.#claims.noteActivity(ctx.now());
      const { batches } = this.#store.present;
      const refused = await cutPage(ctx, this.#store, info, calls);
      if (!refused) break;
      for (const { batch, reason } of refused) {
        this.#batches.fail(batch, { error: reason, reason: "credential" });
      }
      room -= this.#store.present.batches - batches;
    }
  }

  /**
   * Asks the share, if there is something to be asked or told, and puts batches into the slow queue. Returns how many
   * batches may be cut.
   */
  async #ask(ctx: Ctx, info: RunInfo, calls: CallBudget): Promise<number> {
    const now = ctx.now();
    const { present } = this.#store;
    if (present.stopped !== null) return 0;
    const held = this.#heldSlow(now);
    const out = this.#out();
    const wanted =
      isCutDue(this.#store.view, now) && needsRoom(present)
        ? Math.min(batchesLeft(present), MAX_OUT - out.ordinary)
        : 0;
    const isAsking = wanted + held.length > 0 && now >= this.#againAt;
    const isTelling =
      out.slow < this.#told.slow ||
      (out.slow + out.ordinary > 0 && this.#told.at > 0 && now >= this.#told.at + OUT_LOOK_MS);
    if ((!isAsking && !isTelling) || !calls.take(1)) return 0;
    const lanes: Record<Lane, Wanted> = {
      ordinary: { out: out.ordinary, wanted },
      slow: { out: out.slow, wanted: held.length },
    };
    const given = await ctx
      .sendingShare(info.accountId)
      .ask(present.notificationId, lanes)
      .catch((error: unknown) => {
        ctx.log.error("share_not_asked", error, { run: present.notificationId });
        return UNASKED;
      });
    this.#againAt = given.againMs > 0 ? now + given.againMs : 0;
    const released = given.slow > 0 && calls.take(REQUEUE_CALLS) ? held.slice(0, given.slow) : [];
    this.#told = { at: now, slow: out.slow + released.length };
    if (released.length > 0) await this.#release(ctx, released);
    return given.ordinary;
  }

  async #release(ctx: Ctx, batches: readonly number[]): Promise<void> {
    // Noted first: if the queue does not take the messages, the alarm finds the batches to be lost.
    for (const batch of batches) this.#store.results.saveOut(batch, ctx.now());
    await this.#requeue.requeue(ctx, batches, 0);
  }

  /** The batches that wait for their turn in the slow lane, those due first before the others. */
  #heldSlow(now: number): number[] {
    const { slowBatches, retriesDue } = this.#store.results;
    const dueAt = (batch: number) => retriesDue.get(batch) ?? 0;
    return [...slowBatches]
      .filter(([batch, { outAt }]) => outAt === 0 && dueAt(batch) <= now)
      .map(([batch]) => batch)
      .toSorted((a, b) => dueAt(a) - dueAt(b));
  }

  #out(): Record<Lane, number> {
    const { slowBatches, retriesDue } = this.#store.results;
    const slow = [...slowBatches.values()].filter(({ outAt }) => outAt > 0).length;
    return { ordinary: this.#store.openCount - retriesDue.size, slow };
  }
}

/** Whether cutting needs room: not where the rest is only cut to give each recipient a result, or to find that it is empty. */
function needsRoom({ stopped, expected, recipients }: RunState): boolean {
  return stopped === null && recipients < expected;
}

/** Batches that are still to be cut. */
function batchesLeft({ expected, recipients, batchSize }: RunState): number {
  return Math.ceil((expected - recipients) / batchSize);
}
