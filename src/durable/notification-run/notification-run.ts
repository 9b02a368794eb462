// NotificationRun: one object for each notification, which carries out its send (a "run"). It reads the audience page
// by page, cuts batches, puts each into the batch queue, takes each recipient's outcome once, retries some, and
// ends the notification when all are done. This file has the methods that others call, and the alarm that drives the
// run.
//
// Phases (state.ts): scheduled -> starting -> cutting -> draining -> nothing is kept. Each look, that is each alarm,
// does what is due by then and sets the next alarm: it moves the phase, writes progress and results to the database,
// cuts pages, and searches for batches whose messages were lost. A cancelled run goes through the same phases but sends
// nothing. Whatever a look does may be done again by the next look.
//
//   pace.ts      when to look, cut and write: all intervals, and how they fit together   (pure)
//   counters.ts  the counters                                                            (pure)
//   frozen.ts, cutting.ts   the audience as it was when the run began; from there to batches
//   batches.ts   a batch from its first claim to its last result
//   requeue.ts   batches that go into the queue again
//   lanes.ts     how many batches may be out, by the account's share
//   retirement.ts  what the answers of the whole run say of credentials and tokens
//   store.ts     what is kept, with its tables in pages.ts and results.ts
//   ticket.ts    how a claimant reports
//   claims.ts, unsaved.ts, progress.ts, attempt-meter.ts   what is in memory only
//
// An object may lose its memory at any time. Everything in store.ts survives. What is lost with memory is read again
// (the notification, which results the database has), written again (progress), or measured again (the rhythm of
// looks). Only claims can't be restored, so for a while after the object has lost its memory no batch counts as lost.
//
// The queue delivers at least once, so an attempt is claimed once and its outcomes are taken once. Between any two
// awaits other calls may come, `clear` included. So nothing that was read before an await is written after it, and
// whatever is done for a run that was cleared meanwhile fails and has no effect.
import { DurableObject } from "cloudflare:workers";
import type { Ctx } from "../../domain/context.ts";
import type {
  NotificationRunPort,
  PackedRow,
  Report,
  TakenOver,
} from "../../domain/ports/notifications.ts";
import { noteTakenOver } from "../../domain/notifications/direct/hand-over.ts";
import { endOf } from "../../domain/notifications/run/end-of.ts";
import { finishNotification } from "../../domain/notifications/run/finish-notification.ts";
import { loadRun, type RunInfo } from "../../domain/notifications/run/load-run.ts";
import { saveProgress } from "../../domain/notifications/run/save-progress.ts";
import { sendScheduled } from "../../domain/notifications/send-notification.ts";
import { RunBatches, type Attempt } from "./batches.ts";
import { CallBudget } from "./call-budget.ts";
import { RunClaims } from "./claims.ts";
import { beginCutting } from "./cutting.ts";
import { refusalsOf, slowHostsNow } from "../../domain/notifications/run/findings.ts";
import { freezeAudience } from "./frozen.ts";
import { RunLanes } from "./lanes.ts";
import { isOver, LOOK_MS, nextLook, REDO_AFTER_MS, type Rhythm } from "./pace.ts";
import { Progress } from "./progress.ts";
import { Requeue } from "./requeue.ts";
import { concludeFindings } from "./retirement.ts";
import { newRun } from "./state.ts";
import { RunStore } from "./store.ts";
import { ClaimTicket } from "./ticket.ts";
import { UnsavedResults } from "./unsaved.ts";

export abstract class NotificationRunObject<Env>
  extends DurableObject<Env>
  implements NotificationRunPort
{
  readonly #store: RunStore;
  readonly #claims = new RunClaims(Date.now());
  readonly #unsaved: UnsavedResults;
  readonly #batches: RunBatches;
  readonly #requeue: Requeue;
  readonly #lanes: RunLanes;
  readonly #progress: Progress;
  #info: RunInfo | null = null;
  #rhythm: Rhythm | null = null;
  #isLooking = false;
  /** Calls that have asked the run to do something: if it has changed after an await, one came meanwhile. */
  #callCount = 0;

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    this.#store = new RunStore(state.storage);
    this.#progress = new Progress(this.#store);
    this.#unsaved = new UnsavedResults(this.#store);
    this.#batches = new RunBatches(this.#store, this.#claims, this.#unsaved);
    this.#requeue = new Requeue(this.#store, this.#claims, this.#batches);
    this.#lanes = new RunLanes(this.#store, this.#claims, this.#batches, this.#requeue);
  }

  /** Makes a context of the object's own. */
  protected abstract context(): Ctx;

  async schedule(notificationId: number, at: number): Promise<void> {
    this.#callCount += 1;
    const { state } = this.#store;
    if (state && state.phase !== "scheduled") return;
    this.#store.begin(newRun(notificationId, "scheduled"));
    await this.ctx.storage.setAlarm(at);
  }

  async start(notificationId: number): Promise<void> {
    this.#callCount += 1;
    const phase = this.#store.state?.phase ?? "scheduled";
    if (phase === "scheduled") this.#store.begin(newRun(notificationId, "starting"));
    // For a run that is on already this only brings forward the next look, since its alarm may have been lost.
    await this.ctx.storage.setAlarm(Date.now());
  }

  async begin(notificationId: number): Promise<void> {
    await this.start(notificationId);
    await this.ctx.storage.setAlarm(Date.now() + REDO_AFTER_MS);
    await this.alarm();
  }

  async takeOver(taken: TakenOver, ...report: Report): Promise<void> {
    if (this.#store.state) return this.start(taken.id);
    this.#callCount += 1;
    this.#clearMemory();
    this.#store.beginTaking(taken);
    // With what was stored before in one transaction, since nothing was awaited between.
    await this.#take({ batch: 0, attempt: 1 }, report);
    await this.ctx.storage.setAlarm(Date.now());
  }

  async cancel(): Promise<void> {
    this.#callCount += 1;
    const { state } = this.#store;
    if (!state) return;
    if (state.phase === "scheduled") return this.clear();
    this.#cancel();
    await this.#wake(Date.now());
  }

  async clear(): Promise<void> {
    this.#clearMemory();
    await this.#store.clear();
  }

  async claim(batch: number, attempt: number) {
    const now = Date.now();
    this.#claims.noteActivity(now);
    if (!this.#batches.claim({ batch, attempt }, now)) {
      if (this.#batches.isPast({ batch, attempt })) this.#requeue.noteRepeat();
      return null;
    }
    const { findings, slowHosts } = this.#store.present;
    const isSlow = this.#batches.laneOf(batch) === "slow";
    const ticket = new ClaimTicket(async (...report) => this.#take({ batch, attempt }, report));
    return {
      refusals: refusalsOf(findings),
      slow: slowHostsNow(slowHosts, now),
      ticket: isSlow ? null : ticket,
    };
  }

  async complete(batch: number, attempt: number, ...report: Report): Promise<void> {
    await this.#take({ batch, attempt }, report);
  }

  async results(...asked: Parameters<RunStore["listed"]>): Promise<PackedRow[] | null> {
    return this.#store.state && this.#store.listed(...asked);
  }

  async resultsOf(subscriberIds: number[]): Promise<string | null> {
    return this.#store.state && this.#store.resultsOf(subscriberIds);
  }

  /** One look. A failure is logged and followed by another look, since the platform gives up on a failing alarm. */
  override async alarm(): Promise<void> {
    if (!this.#store.state) return;
    // Looks come one at a time: this alarm rang during the look of `begin`.
    if (this.#isLooking) return this.#wake(Date.now() + LOOK_MS);
    this.#isLooking = true;
    const ctx = this.context();
    try {
      await this.#look(ctx);
    } catch (error) {
      // The run was cleared meanwhile: there is nothing to go on with.
      if (!this.#store.state) return;
      ctx.log.error("alarm_failed", error, { run: this.#store.state.notificationId });
      await this.#wake(ctx.now() + REDO_AFTER_MS);
    } finally {
      this.#isLooking = false;
    }
  }

  /** Takes a report, whichever way it came. */
  async #take(attempt: Attempt, [outcomes, findings, slow, attempts = {}]: Report): Promise<void> {
    if (!this.#store.state) return;
    const { batch } = attempt;
    const now = Date.now();
    this.#claims.noteActivity(now);
    if (this.#batches.isNext(attempt)) this.#progress.noteAttempts(attempts);
    const isFromSlow = this.#batches.laneOf(batch) === "slow";
    const next = this.#batches.complete(attempt, outcomes, { findings, slow }, now);
    await this.#wake(this.#lanes.lookAfter(isFromSlow, next, now));
    if (next?.lane === "ordinary") await this.#requeue.retry(this.context(), batch, next.afterMs);
  }

  async #look(ctx: Ctx): Promise<void> {
    if (!(await this.#hasBegun(ctx))) return;
    if (!(await this.#progress.save(ctx))) this.#cancel();
    const calls = new CallBudget();
    await this.#unsaved.save(ctx, calls);
    const due = await this.#loadInfo(ctx);
    if (!due) return this.clear();
    await this.#lanes.putOut(ctx, due, calls);
    if (this.#store.present.stopped !== null) this.#batches.failOpen(ctx.now());
    else await this.#requeue.requeueLost(ctx, calls);
    if (isOver(this.#store.view) && this.#unsaved.isEmpty) {
      const info = await this.#loadInfo(ctx);
      const isConcluded = await concludeFindings(ctx, this.#store, calls, info);
      return isConcluded ? this.#end(ctx) : this.#wake(ctx.now());
    }
    await this.#wake(this.#nextLook(ctx.now()));
  }

  /**
   * Moves on a run that is scheduled or starting. Returns false when there is nothing more to do in this look: the
   * run is not due yet, or was cleared because its notification is not to be sent any more.
   */
  async #hasBegun(ctx: Ctx): Promise<boolean> {
    const countBefore = this.#callCount;
    const { notificationId, phase } = this.#store.present;
    if (phase === "scheduled") {
      const at = await sendScheduled(ctx, notificationId);
      if (this.#callCount !== countBefore) return false;
      if (at === null) return this.#dismiss(countBefore);
      if (at !== "sending") {
        await this.#wake(at);
        return false;
      }
      this.#store.save({ ...this.#store.present, phase: "starting" });
    }
    if (this.#store.present.phase === "taking") {
      if (!(await noteTakenOver(ctx, notificationId))) return this.#dismiss(countBefore);
      this.#store.save({ ...this.#store.present, phase: "draining" });
    }
    if (this.#store.present.phase !== "starting") return true;
    this.#clearMemory();
    const { counters } = this.#progress;
    if (!(await saveProgress(ctx, notificationId, counters))) return this.#dismiss(countBefore);
    const info = await this.#loadInfo(ctx);
    if (info?.status !== "sending") return this.#dismiss(countBefore);
    const isKnown = await freezeAudience(ctx, this.#store, info, counters);
    if (!isKnown) return this.#dismiss(countBefore);
    await beginCutting(ctx, this.#store, info);
    return true;
  }

  /** Clears the run, unless another call came since `#callCount` was `countBefore`. */
  async #dismiss(countBefore: number): Promise<false> {
    if (this.#callCount === countBefore) await this.clear();
    return false;
  }

  async #end(ctx: Ctx): Promise<void> {
    const { present } = this.#store;
    const { counters } = this.#progress;
    const end = endOf(present, counters);
    const attempts = this.#progress.takeAttempts();
    await finishNotification(ctx, present.notificationId, end, counters, attempts);
    await this.clear();
  }

  /** Stops the run: nothing more is sent. */
  #cancel(): void {
    this.#store.save({ ...this.#store.present, stopped: "cancelled" });
  }

  #nextLook(now: number): number {
    const isBusy = !this.#unsaved.isEmpty || this.#requeue.isSearching;
    const { at, rhythm } = nextLook(
      {
        ...this.#store.view,
        counters: this.#progress.counters,
        saved: this.#progress.saved,
        isBusy,
        last: this.#rhythm,
        askAt: this.#lanes.againAt,
      },
      now,
    );
    this.#rhythm = rhythm;
    return at;
  }

  /** Makes sure that the alarm comes at `at`, ms, or earlier. */
  async #wake(at: number): Promise<void> {
    const set = await this.ctx.storage.getAlarm();
    if (set === null || set > at) await this.ctx.storage.setAlarm(at);
  }

  /** null when the notification was deleted with its app. */
  async #loadInfo(ctx: Ctx): Promise<RunInfo | null> {
    this.#info ??= await loadRun(ctx, this.#store.present.notificationId);
    return this.#info;
  }

  /** Clears memory, which may be of an earlier run of the same notification. */
  #clearMemory(): void {
    this.#claims.clear();
    this.#unsaved.clear();
    this.#requeue.clear();
    this.#lanes.clear();
    this.#progress.clear();
    this.#info = null;
    this.#rhythm = null;
  }
}
