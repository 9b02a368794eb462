// NotificationRun: one object a notification. It pages the audience and cuts batches (run-cutting.ts), takes
// each batch's outcome once and has recipients tried again (run-batches.ts), and ends the notification when
// all are done. Here is its door, and the alarm that drives it.
//
// What is lost with the object's memory is only who is at work on a batch right now (run-claims.ts); a batch
// that nobody reports on goes out again. The queue delivers at least once: an attempt is claimed once and its
// outcome taken once. Between any two awaits other calls may come, erase the run included: so nothing that was
// read before one is written after it.
import { DurableObject } from "cloudflare:workers";
import type { Ctx } from "../domain/context.ts";
import type { ClaimResult, NotificationRunPort, Outcome } from "../domain/notifications/ports.ts";
import {
  finishNotification,
  loadRun,
  saveProgress,
  type RunInfo,
  type RunStats,
} from "../domain/notifications/run.ts";
import { sendScheduled } from "../domain/notifications/send-notification.ts";
import { MINUTE_MS, SECOND_MS } from "../kit/time.ts";
import { beginCutting, cutPage, isReadyToCut, nextCut } from "./run-cutting.ts";
import { RunBatches } from "./run-batches.ts";
import { RunClaims, STALL_MS } from "./run-claims.ts";
import { newRun, RunStore } from "./run-state.ts";
import { endOf, statsOf } from "./run-stats.ts";

/** Pages cut at one look: a Worker's free plan allows 50 outside calls an invocation, a page takes three. */
const MAX_PAGES = 10;
/** How often progress is written to the database while there is some, ms. */
const PROGRESS_EVERY_MS = SECOND_MS;
/** How often a quiet run looks again: the cron takes one that is silent for five minutes for dead, ms. */
const QUIET_LOOK_MS = 4 * MINUTE_MS;
/**
 * How often a run with batches in the queue or at work looks again, ms. Often enough to stay in memory, which
 * an idle object loses after ten seconds: it is where silence is measured.
 */
const OUT_LOOK_MS = 5 * SECOND_MS;
/** An alarm that failed comes again after this, ms. */
const REDO_AFTER_MS = 5 * SECOND_MS;

export abstract class NotificationRunObject<Env>
  extends DurableObject<Env>
  implements NotificationRunPort
{
  readonly #store: RunStore;
  readonly #claims = new RunClaims(Date.now());
  readonly #batches: RunBatches;
  #info: RunInfo | undefined;
  /** The progress the database has, and since when; null: not known. */
  #saved: { stats: RunStats; at: number } | null = null;

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    this.#store = new RunStore(state.storage);
    this.#batches = new RunBatches(this.#store, this.#claims);
  }

  /** A context of the object's own. */
  protected abstract context(): Ctx;

  async schedule(notificationId: number, at: number): Promise<void> {
    const { state } = this.#store;
    if (state && state.phase !== "scheduled") return;
    this.#store.begin(newRun(notificationId, "scheduled"));
    await this.ctx.storage.setAlarm(at);
  }

  async start(notificationId: number): Promise<void> {
    const { state } = this.#store;
    if (!state || state.phase === "scheduled")
      this.#store.begin(newRun(notificationId, "starting"));
    // a run that is on already is only woken: an alarm may have been lost
    await this.ctx.storage.setAlarm(Date.now());
  }

  async cancel(): Promise<void> {
    const { state } = this.#store;
    if (!state) return;
    if (state.phase === "scheduled") return this.erase();
    this.#stop("cancelled", "cancelled");
    await this.#wake(Date.now());
  }

  async erase(): Promise<void> {
    this.#forget();
    await this.#store.erase();
  }

  async claim(batch: number, attempt: number): Promise<ClaimResult> {
    const now = Date.now();
    this.#claims.hear(now);
    return { ok: this.#batches.claim({ batch, attempt }, now) };
  }

  async complete(
    batch: number,
    attempt: number,
    outcomes: Outcome[],
    misconfigured: string | null,
  ): Promise<void> {
    if (!this.#store.state) return;
    const now = Date.now();
    this.#claims.hear(now);
    const isStopping = misconfigured !== null;
    const retryMs = this.#batches.complete({ batch, attempt }, outcomes, isStopping, now);
    if (isStopping) this.#stop("failed", misconfigured);
    const isUrgent = isStopping || this.#isOver() || isReadyToCut(this.#store, now);
    await this.#wake(isUrgent ? now : now + PROGRESS_EVERY_MS);
    if (retryMs !== null) await this.#sendAgain(batch, retryMs);
  }

  /** Does what is due: begins, cuts, looks for lost batches, writes progress and results, ends. */
  override async alarm(): Promise<void> {
    if (!this.#store.state) return;
    const ctx = this.context();
    try {
      await this.#advance(ctx);
    } catch (error) {
      // erased meanwhile: there is nothing to go on with
      if (!this.#store.state) return;
      // the platform tries a failed alarm a few times and then never again
      ctx.log.error("alarm_failed", error, { run: this.#store.state.notificationId });
      await this.#wake(ctx.now() + REDO_AFTER_MS);
    }
  }

  async #advance(ctx: Ctx): Promise<void> {
    if (!(await this.#isDue(ctx))) return;
    await this.#saveProgress(ctx);
    for (let page = 0; page < MAX_PAGES && this.#isCutDue(ctx.now()); page += 1) {
      this.#claims.hear(ctx.now());
      await cutPage(ctx, this.#store, await this.#loadInfo(ctx));
    }
    if (this.#store.present.stopped) this.#batches.failOpen(ctx.now());
    else await this.#batches.redispatch(ctx);
    await this.#batches.saveResults(ctx);
    if (this.#isOver() && this.#batches.isSaved) return this.#end(ctx);
    await this.#wake(this.#nextLook(ctx.now()));
  }

  /** Moves a run on that has not begun; false, and it is forgotten, when it is not to be sent after all. */
  async #isDue(ctx: Ctx): Promise<boolean> {
    const { notificationId, phase } = this.#store.present;
    if (phase === "scheduled") {
      const isDue = await sendScheduled(ctx, notificationId);
      const { state } = this.#store;
      // told to start, or erased, meanwhile
      if (state?.phase !== "scheduled") return false;
      if (!isDue) return this.#dismiss();
      this.#store.save({ ...state, phase: "starting" });
    }
    if (this.#store.present.phase !== "starting") return true;
    this.#forget();
    if (!(await saveProgress(ctx, notificationId, this.#stats()))) return this.#dismiss();
    const info = await this.#loadInfo(ctx);
    if (info.status !== "sending") return this.#dismiss();
    await beginCutting(ctx, this.#store, info);
    return true;
  }

  async #dismiss(): Promise<false> {
    await this.erase();
    return false;
  }

  /** Has what is left of a batch sent out again later. What goes wrong here is found by the alarm. */
  async #sendAgain(batch: number, afterMs: number): Promise<void> {
    const ctx = this.context();
    try {
      await this.#batches.dispatch(ctx, [batch], afterMs);
    } catch (error) {
      const run = this.#store.state?.notificationId;
      if (run !== undefined) ctx.log.error("batch_not_sent_again", error, { run, batch });
    }
  }

  /** Writes the counters, unless that was just done or nothing is new; hears of a cancellation. */
  async #saveProgress(ctx: Ctx): Promise<void> {
    const stats = this.#stats();
    const at = ctx.now();
    const every = this.#isNews(stats) ? PROGRESS_EVERY_MS : STALL_MS;
    if (this.#saved && at < this.#saved.at + every) return;
    const isOn = await saveProgress(ctx, this.#store.present.notificationId, stats);
    this.#saved = { stats, at };
    if (!isOn) this.#stop("cancelled", "cancelled");
  }

  #isNews(stats: RunStats): boolean {
    return JSON.stringify(stats) !== JSON.stringify(this.#saved?.stats);
  }

  async #end(ctx: Ctx): Promise<void> {
    const { present } = this.#store;
    await finishNotification(ctx, present.notificationId, endOf(present, this.#stats()));
    await this.erase();
  }

  /** Nobody new is sent to; the first reason counts. */
  #stop(status: "cancelled" | "failed", reason: string): void {
    const { present } = this.#store;
    if (!present.stopped) this.#store.save({ ...present, stopped: { status, reason } });
  }

  #isCutDue(now: number): boolean {
    return (nextCut(this.#store, now) ?? Infinity) <= now;
  }

  #isOver(): boolean {
    return this.#store.present.phase === "draining" && this.#store.out === 0;
  }

  #stats(): RunStats {
    return statsOf(this.#store.present, this.#store.counters);
  }

  /** When there is something to do next unless a call comes before, ms. */
  #nextLook(now: number): number {
    const looks = [now + QUIET_LOOK_MS];
    const cut = nextCut(this.#store, now);
    if (cut !== null) looks.push(cut);
    if (!this.#batches.isSaved || this.#batches.isRecovering || this.#isOver()) looks.push(now);
    if (this.#isNews(this.#stats())) looks.push((this.#saved?.at ?? 0) + PROGRESS_EVERY_MS);
    const { out, retriesDue } = this.#store;
    // the first of those that wait is looked after when it is due
    const isLively = this.#claims.heardAt > now - PROGRESS_EVERY_MS;
    if (out > retriesDue.size) looks.push(now + (isLively ? PROGRESS_EVERY_MS : OUT_LOOK_MS));
    else if (out > 0) looks.push(Math.max(now + OUT_LOOK_MS, Math.min(...retriesDue.values())));
    return Math.min(...looks);
  }

  /** Sees to it that the alarm comes at `at` or before, ms. */
  async #wake(at: number): Promise<void> {
    const set = await this.ctx.storage.getAlarm();
    if (set === null || set > at) await this.ctx.storage.setAlarm(at);
  }

  async #loadInfo(ctx: Ctx): Promise<RunInfo> {
    this.#info ??= await loadRun(ctx, this.#store.present.notificationId);
    return this.#info;
  }

  /** Whatever memory has of a run is another one's. */
  #forget(): void {
    this.#claims.clear();
    this.#batches.clear();
    this.#info = undefined;
    this.#saved = null;
  }
}
