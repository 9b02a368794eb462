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
import type {
  ClaimResult,
  Findings,
  NotificationRunPort,
  Outcome,
  PackedBatch,
  RecipientStatus,
} from "../domain/ports/notifications.ts";
import {
  finishNotification,
  loadRun,
  saveProgress,
  type RunInfo,
  type RunStats,
} from "../domain/notifications/run.ts";
import { sendScheduled } from "../domain/notifications/send-notification.ts";
import { MINUTE_MS, SECOND_MS } from "../kit/time.ts";
import { beginCutting, CUT_CALLS, cutPage, isReadyToCut, nextCut } from "./run-cutting.ts";
import { RunBatches } from "./run-batches.ts";
import { RunCalls } from "./run-calls.ts";
import { RunClaims } from "./run-claims.ts";
import { judge } from "./run-findings.ts";
import { newRun, RunStore } from "./run-state.ts";
import { endOf, statsOf } from "./run-stats.ts";

/**
 * Batches that come in before the run looks again, or a tenth of a small one's: a look writes two rows beside
 * the two of each batch.
 */
const LOOK_BATCHES = 10;
/** As often at most, ms. */
const LOOK_MS = SECOND_MS;
/** How often less progress than that is written to the database, ms. */
const SLOW_PROGRESS_MS = 30 * SECOND_MS;
/** How often a quiet run looks again: the cron takes one that is silent for five minutes for dead, ms. */
const QUIET_LOOK_MS = 4 * MINUTE_MS;
/**
 * How often at least a run with batches in the queue or at work looks again, ms. Often enough to stay in memory,
 * which an idle object loses after ten seconds: it is where silence is measured.
 */
const OUT_LOOK_MS = 8 * SECOND_MS;
/** An alarm that failed comes again after this, ms. */
const REDO_AFTER_MS = 5 * SECOND_MS;

export abstract class NotificationRunObject<Env>
  extends DurableObject<Env>
  implements NotificationRunPort
{
  readonly #store: RunStore;
  readonly #claims = new RunClaims(Date.now());
  readonly #batches: RunBatches;
  #info: RunInfo | null = null;
  /** The progress the database has, and since when; null: not known. */
  #saved: { stats: RunStats; at: number } | null = null;
  /** When the run last looked, how many batches were done, and how long until the next look, ms. */
  #pace: { at: number; completed: number; waitMs: number } | null = null;
  /** Times the run was told to do something. */
  #told = 0;

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    this.#store = new RunStore(state.storage);
    this.#batches = new RunBatches(this.#store, this.#claims);
  }

  /** A context of the object's own. */
  protected abstract context(): Ctx;

  async schedule(notificationId: number, at: number): Promise<void> {
    this.#told += 1;
    const { state } = this.#store;
    if (state && state.phase !== "scheduled") return;
    this.#store.begin(newRun(notificationId, "scheduled"));
    await this.ctx.storage.setAlarm(at);
  }

  async start(notificationId: number): Promise<void> {
    this.#told += 1;
    const { state } = this.#store;
    if (!state || state.phase === "scheduled")
      this.#store.begin(newRun(notificationId, "starting"));
    // a run that is on already is only woken: an alarm may have been lost
    await this.ctx.storage.setAlarm(Date.now());
  }

  async cancel(): Promise<void> {
    this.#told += 1;
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
    findings: Findings | null,
  ): Promise<void> {
    if (!this.#store.state) return;
    const now = Date.now();
    this.#claims.hear(now);
    const stopping = findings && judge(this.#store, findings);
    const isStopping = stopping !== null;
    const retryMs = this.#batches.complete({ batch, attempt }, outcomes, isStopping, now);
    if (isStopping) this.#stop("failed", stopping);
    const isUrgent = isStopping || this.#isOver() || isReadyToCut(this.#store, now);
    await this.#wake(isUrgent ? now : now + OUT_LOOK_MS);
    if (retryMs !== null) await this.#sendAgain(batch, retryMs);
  }

  async results(
    from: number,
    status: RecipientStatus | null,
    limit: number,
  ): Promise<PackedBatch[] | null> {
    return this.#store.state && this.#store.listed(from, status, limit);
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
    const calls = new RunCalls();
    await this.#batches.saveResults(ctx, calls);
    while (this.#isCutDue(ctx.now()) && calls.take(CUT_CALLS)) {
      const info = await this.#loadInfo(ctx);
      if (!info) return this.erase();
      this.#claims.hear(ctx.now());
      await cutPage(ctx, this.#store, info);
    }
    if (this.#store.present.stopped) this.#batches.failOpen(ctx.now());
    else await this.#batches.redispatch(ctx, calls);
    if (this.#isOver() && this.#batches.isSaved) return this.#end(ctx);
    await this.#wake(this.#nextLook(ctx.now()));
  }

  /** Moves a run on that has not begun; false, and it is forgotten, when it is not to be sent after all. */
  async #isDue(ctx: Ctx): Promise<boolean> {
    const told = this.#told;
    const { notificationId, phase } = this.#store.present;
    if (phase === "scheduled") {
      const at = await sendScheduled(ctx, notificationId);
      if (this.#told !== told) return false;
      if (at === null) return this.#dismiss(told);
      if (at !== "sending") return this.#waitUntil(at);
      this.#store.save({ ...this.#store.present, phase: "starting" });
    }
    if (this.#store.present.phase !== "starting") return true;
    this.#forget();
    if (!(await saveProgress(ctx, notificationId, this.#stats()))) return this.#dismiss(told);
    const info = await this.#loadInfo(ctx);
    if (info?.status !== "sending") return this.#dismiss(told);
    await beginCutting(ctx, this.#store, info);
    return true;
  }

  /** Forgets the run, unless it was told something since it had been told `told` times. */
  async #dismiss(told: number): Promise<false> {
    if (this.#told === told) await this.erase();
    return false;
  }

  async #waitUntil(at: number): Promise<false> {
    await this.#wake(at);
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
    if (at < this.#progressDueAt(stats)) return;
    const isOn = await saveProgress(ctx, this.#store.present.notificationId, stats);
    this.#saved = { stats, at };
    if (!isOn) this.#stop("cancelled", "cancelled");
  }

  /** When these counters are to be written, ms: the more is new the sooner, and now and then all the same. */
  #progressDueAt(stats: RunStats): number {
    if (!this.#saved) return 0;
    const { at, stats: saved } = this.#saved;
    if (JSON.stringify(stats) === JSON.stringify(saved)) return at + QUIET_LOOK_MS;
    const isMuch =
      stats.completedBatches - saved.completedBatches >= lookBatches(stats) ||
      stats.total !== saved.total;
    return at + (isMuch ? LOOK_MS : SLOW_PROGRESS_MS);
  }

  async #end(ctx: Ctx): Promise<void> {
    const { present } = this.#store;
    const stats = this.#stats();
    await finishNotification(ctx, present.notificationId, { ...endOf(present, stats), stats });
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
    const stats = this.#stats();
    const looks = [now + QUIET_LOOK_MS, Math.max(now, this.#progressDueAt(stats))];
    const cut = nextCut(this.#store, now);
    if (cut !== null) looks.push(cut);
    if (!this.#batches.isSaved || this.#batches.isRecovering || this.#isOver()) looks.push(now);
    const { out, retriesDue } = this.#store;
    // the first of those that wait is looked after when it is due
    if (out > retriesDue.size) looks.push(now + this.#nextPace(stats, now));
    else if (out > 0) looks.push(Math.max(now + OUT_LOOK_MS, Math.min(...retriesDue.values())));
    return Math.min(...looks);
  }

  /** How long until enough batches have come in for another look, ms, at the pace since the last one. */
  #nextPace(stats: RunStats, now: number): number {
    const { completedBatches: completed } = stats;
    const last = this.#pace ?? { at: now, completed, waitMs: LOOK_MS / 2 };
    const came = completed - last.completed;
    const wanted = came > 0 ? ((now - last.at) * lookBatches(stats)) / came : Infinity;
    const longest = Math.min(2 * last.waitMs, OUT_LOOK_MS);
    const waitMs = Math.min(Math.max(wanted, LOOK_MS), longest);
    this.#pace = { at: now, completed, waitMs };
    return waitMs;
  }

  /** Sees to it that the alarm comes at `at` or before, ms. */
  async #wake(at: number): Promise<void> {
    const set = await this.ctx.storage.getAlarm();
    if (set === null || set > at) await this.ctx.storage.setAlarm(at);
  }

  /** null: the notification is gone with its app. */
  async #loadInfo(ctx: Ctx): Promise<RunInfo | null> {
    this.#info ??= await loadRun(ctx, this.#store.present.notificationId);
    return this.#info;
  }

  /** Whatever memory has of a run is another one's. */
  #forget(): void {
    this.#claims.clear();
    this.#batches.clear();
    this.#info = null;
    this.#saved = null;
    this.#pace = null;
  }
}

/** How many batches are worth a look. */
function lookBatches({ totalBatches }: RunStats): number {
  return Math.min(LOOK_BATCHES, Math.ceil(totalBatches / 10));
}
