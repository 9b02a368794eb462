// NotificationRun: one object a notification. It pages the audience, cuts batches, hands them to the queue,
// takes each batch's outcome once, has recipients tried again, and ends the notification when all are done.
//
// What is lost with the object's memory is only who is at work on a batch right now; a batch that nobody
// reports on goes out again. The queue delivers at least once: an attempt is claimed once and its outcome
// taken once.
import { DurableObject } from "cloudflare:workers";
import { audiencePage, audienceZones, countAudience } from "../domain/notifications/audience.ts";
import { maxSubscriberId, recipientsByIds } from "../domain/notifications/recipients.ts";
import {
  finishNotification,
  loadRun,
  saveProgress,
  saveResults,
  type RunInfo,
} from "../domain/notifications/run.ts";
import {
  BATCH_SIZE,
  type ClaimResult,
  type DeliveryMessage,
  type NotificationRunPort,
  type Outcome,
} from "../domain/notifications/ports.ts";
import { packResults, type RecipientResult } from "../domain/notifications/results.ts";
import { sendScheduled } from "../domain/notifications/send-notification.ts";
import { zoneDueTimes } from "../domain/notifications/zones.ts";
import type { Ctx } from "../domain/context.ts";
import { mergeOutcomes } from "../delivery/retry.ts";
import { SECOND_MS } from "../kit/time.ts";
import { RunStore, type RunState, type Step } from "./run-state.ts";

/** Recipients read from the database at once: 20 batches. */
const PAGE_SIZE = 20 * BATCH_SIZE;
/** Batches that may be out before cutting waits for some to come back: bounds the queue's backlog. */
const MAX_OUT = 400;
/** How often progress is written to the database while a run is on, ms. */
const PROGRESS_EVERY_MS = SECOND_MS;
/** A claim is void after this, ms: longer than 50 sends of 10 s each, six at a time, take. */
const CLAIM_MS = 100 * SECOND_MS;
/** Nothing heard for this long: batches that are out are put into the queue again, ms. */
const STALL_MS = 20 * SECOND_MS;
/** Batches put into the queue again at once. */
const MAX_REDISPATCHED = 200;
/** Result rows written in one statement: about 100 KB. */
const RESULTS_AT_ONCE = 100;

export abstract class NotificationRunObject<Env>
  extends DurableObject<Env>
  implements NotificationRunPort
{
  readonly #store: RunStore;
  /** Who is at work: since when, at which attempt. */
  readonly #claims = new Map<number, { attempt: number; at: number }>();
  /** Done batches whose results the database may not have yet; null: not known, so all. */
  #unsaved: Set<number> | null = null;
  #heardAt = Date.now();
  #info: RunInfo | undefined;

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    this.#store = new RunStore(state.storage);
  }

  /** A context of the object's own. */
  protected abstract context(): Ctx;

  async schedule(notificationId: number, at: number): Promise<void> {
    const { state } = this.#store;
    if (state && state.phase !== "scheduled") return;
    this.#store.begin({ ...newRun(notificationId), phase: "scheduled" });
    await this.ctx.storage.setAlarm(at);
  }

  async start(notificationId: number): Promise<void> {
    const { state } = this.#store;
    if (!state || state.phase === "scheduled") this.#store.begin(newRun(notificationId));
    // a run that is on already is only woken: the platform gives up on an alarm that keeps failing
    await this.ctx.storage.setAlarm(Date.now());
  }

  async cancel(notificationId: number): Promise<void> {
    const { state } = this.#store;
    if (state?.phase === "scheduled") return this.erase();
    if (state?.notificationId !== notificationId || state.stopped) return;
    await this.#stop(state, { status: "cancelled", reason: "cancelled" });
  }

  async erase(): Promise<void> {
    this.#claims.clear();
    this.#unsaved = null;
    await this.#store.erase();
  }

  async claim(batch: number, attempt: number): Promise<ClaimResult> {
    this.#heardAt = Date.now();
    const { state } = this.#store;
    if (!state || state.stopped || batch >= state.batches || this.#store.isDone(batch)) {
      return { ok: false };
    }
    if (attempt !== (this.#store.retry(batch)?.attempt ?? 1)) return { ok: false };
    const claim = this.#claims.get(batch);
    if (claim?.attempt === attempt && claim.at > Date.now() - CLAIM_MS) return { ok: false };
    this.#claims.set(batch, { attempt, at: Date.now() });
    return { ok: true };
  }

  async complete(
    batch: number,
    attempt: number,
    outcomes: Outcome[],
    misconfigured: string | null,
  ): Promise<void> {
    this.#heardAt = Date.now();
    const { state } = this.#store;
    if (!state || this.#store.isDone(batch)) return;
    const before = this.#store.retry(batch);
    if (attempt !== (before?.attempt ?? 1)) return;
    this.#claims.delete(batch);
    const info = await this.#loadInfo(state.notificationId);
    if (this.#store.isDone(batch)) return;
    const merged = mergeOutcomes(before?.results ?? [], outcomes, {
      attempt,
      now: Date.now(),
      expiresAt: info.expiresAt,
      isStopped: this.#store.state?.stopped !== null || misconfigured !== null,
    });
    if (merged.retryAfterMs === null) {
      this.#finishBatch(batch, merged.results);
    } else {
      const dueAt = Date.now() + merged.retryAfterMs;
      const retry = { batch, attempt: attempt + 1, dueAt, results: merged.results };
      this.#store.saveRetry(retry);
      await this.#dispatch([{ batch, ids: pending(merged.results) }], merged.retryAfterMs);
    }
    const present = this.#store.state;
    if (misconfigured !== null && present && !present.stopped) {
      return this.#stop(present, { status: "failed", reason: misconfigured });
    }
    if (this.#isReadyToGoOn()) await this.ctx.storage.setAlarm(Date.now());
  }

  /** Does what is due: begins, cuts, looks for lost batches, writes progress, ends. */
  override async alarm(): Promise<void> {
    const { state } = this.#store;
    if (!state) return;
    const ctx = this.context();
    if (state.phase === "scheduled") {
      if (!(await sendScheduled(ctx, state.notificationId))) return this.erase();
      this.#store.save({ ...state, phase: "starting" });
    }
    if (this.#store.state?.phase === "starting" && !(await this.#begin(ctx))) return this.erase();
    while (await this.#cutPage(ctx)) {
      // another page
    }
    await this.#redispatch(ctx);
    if (this.#store.state?.stopped) this.#failWhatIsOpen();
    await this.#saveResults(ctx);
    if (this.#isOver()) return this.#end(ctx);
    await this.#saveProgress(ctx);
    await this.ctx.storage.setAlarm(this.#nextLook());
  }

  /** Looks at the audience; false when the notification is not to be sent after all. */
  async #begin(ctx: Ctx): Promise<boolean> {
    const { notificationId } = this.#state();
    const info = await this.#loadInfo(notificationId);
    if (info.status !== "sending") return false;
    const [upTo, { total }, steps] = await Promise.all([
      maxSubscriberId(ctx, info.appId),
      countAudience(ctx, info.appId, info.audience),
      this.#stepsOf(ctx, info),
    ]);
    const state = this.#state();
    this.#store.save({ ...state, phase: "dispatching", upTo, steps, expected: total });
    await this.#saveProgress(ctx);
    return true;
  }

  async #stepsOf(ctx: Ctx, info: RunInfo): Promise<Step[]> {
    if (info.scheduledLocal === null) return [{ at: 0, zones: null }];
    const zones = await audienceZones(ctx, info.appId, info.audience);
    const steps = new Map<number, string[]>();
    for (const [zone, at] of zoneDueTimes(info.scheduledLocal, zones)) {
      steps.set(at, [...(steps.get(at) ?? []), zone]);
    }
    return [...steps].map(([at, due]) => ({ at, zones: due })).toSorted((a, b) => a.at - b.at);
  }

  /** Cuts the next page into batches and sends them out; false when there is none to cut now. */
  async #cutPage(ctx: Ctx): Promise<boolean> {
    const state = this.#state();
    if (state.phase !== "dispatching") return false;
    const step = state.steps[state.step];
    if (state.stopped || !step) {
      this.#store.save({ ...state, phase: "draining" });
      return false;
    }
    if (step.at > ctx.now() || this.#out(state) >= MAX_OUT) return false;
    const info = await this.#loadInfo(state.notificationId);
    const page = await audiencePage(ctx, info.appId, info.audience, {
      after: state.after,
      upTo: state.upTo,
      zones: step.zones,
      limit: PAGE_SIZE,
    });
    const present = this.#state();
    if (present.stopped) return true;
    const batches = chunks(page, BATCH_SIZE);
    const isLast = page.length < PAGE_SIZE;
    const next: RunState = {
      ...present,
      batches: present.batches + batches.length,
      recipients: present.recipients + page.length,
      after: isLast ? 0 : (page.at(-1)?.id ?? 0),
      step: present.step + (isLast ? 1 : 0),
    };
    if (batches.length === 0) {
      this.#store.save(next);
      return true;
    }
    const ids = batches.map((batch) => batch.map(({ id }) => id));
    this.#store.cut({ firstBatch: present.batches, batches: ids }, next);
    const messages = batches.map((recipients, at): DeliveryMessage => {
      const { notificationId } = present;
      const batch = present.batches + at;
      return { kind: "delivery", notificationId, batch, attempt: 1, recipients };
    });
    await ctx.enqueueDeliveries(messages, 0);
    return true;
  }

  /** Puts batches nobody reports on into the queue again. */
  async #redispatch(ctx: Ctx): Promise<void> {
    const state = this.#state();
    if (state.stopped || this.#out(state) === 0) return;
    const now = ctx.now();
    if (this.#heardAt > now - STALL_MS) return;
    const lost = [...this.#store.open()]
      .map(([batch, ids]) => ({ batch, ids, retry: this.#store.retry(batch) }))
      .filter(({ batch, retry }) => {
        const isHeld = (this.#claims.get(batch)?.at ?? 0) > now - CLAIM_MS;
        return !isHeld && (retry?.dueAt ?? 0) < now - STALL_MS;
      })
      .slice(0, MAX_REDISPATCHED)
      .map(({ batch, ids, retry }) => ({ batch, ids: retry ? pending(retry.results) : ids }));
    if (lost.length === 0) return;
    ctx.log.info("batches_sent_again", { run: state.notificationId, batches: lost.length });
    this.#heardAt = now;
    await this.#dispatch(lost, 0);
  }

  /** Sends batches out by their recipients' ids; those who are gone by now are so noted. */
  async #dispatch(batches: { batch: number; ids: number[] }[], delayMs: number): Promise<void> {
    const ctx = this.context();
    const { notificationId } = this.#state();
    const found = await recipientsByIds(
      ctx,
      batches.flatMap(({ ids }) => ids),
    );
    const byId = new Map(found.map((recipient) => [recipient.id, recipient]));
    const messages: DeliveryMessage[] = [];
    for (const { batch, ids } of batches) {
      if (this.#store.isDone(batch)) continue;
      const retry = this.#store.retry(batch);
      const attempt = retry?.attempt ?? 1;
      const recipients = ids.flatMap((id) => byId.get(id) ?? []);
      const missing = ids.filter((id) => !byId.has(id));
      if (missing.length > 0) this.#noteMissing(batch, attempt, retry?.results ?? [], ids, missing);
      if (recipients.length > 0) {
        messages.push({ kind: "delivery", notificationId, batch, attempt, recipients });
      }
    }
    await ctx.enqueueDeliveries(messages, Math.ceil(delayMs / SECOND_MS));
  }

  /** Subscribers deleted in mid-send get a final outcome all the same. */
  #noteMissing(
    batch: number,
    attempt: number,
    before: readonly RecipientResult[],
    ids: readonly number[],
    missing: readonly number[],
  ): void {
    const gone = new Set(missing);
    const known = before.length > 0 ? before : ids.map((id) => fresh(id));
    const results = known.map((result) =>
      gone.has(result.id) && result.status === "pending"
        ? { ...result, status: "gone" as const, error: "unsubscribed" }
        : result,
    );
    if (pending(results).length === 0) this.#finishBatch(batch, results);
    else this.#store.saveRetry({ batch, attempt, dueAt: Date.now(), results });
  }

  /** A stopped run's batches that nobody is at work on count as failed. */
  #failWhatIsOpen(): void {
    const { stopped } = this.#state();
    if (!stopped) return;
    const now = Date.now();
    for (const [batch, ids] of this.#store.open()) {
      if ((this.#claims.get(batch)?.at ?? 0) > now - CLAIM_MS) continue;
      const known = this.#store.retry(batch)?.results ?? ids.map((id) => fresh(id));
      const results = known.map((result) =>
        result.status === "pending"
          ? { ...result, status: "failed" as const, error: stopped.reason }
          : result,
      );
      this.#finishBatch(batch, results);
    }
  }

  #finishBatch(batch: number, known: readonly RecipientResult[]): void {
    const results = known.map((result) =>
      result.status === "pending" ? { ...result, status: "failed" as const } : result,
    );
    const sent = results.filter(({ status }) => status === "sent").length;
    const failed = results.length - sent;
    this.#store.finish({ batch, sent, failed, packed: packResults(results) });
    this.#unsaved?.add(batch);
  }

  async #saveResults(ctx: Ctx): Promise<void> {
    const unsaved = (this.#unsaved ??= new Set(this.#store.doneBatches()));
    const { notificationId } = this.#state();
    for (const batches of chunks([...unsaved], RESULTS_AT_ONCE)) {
      await saveResults(ctx, notificationId, this.#store.packed(batches));
      for (const batch of batches) unsaved.delete(batch);
    }
  }

  async #saveProgress(ctx: Ctx): Promise<void> {
    const isOn = await saveProgress(ctx, this.#state().notificationId, this.#stats());
    const state = this.#state();
    if (!isOn && !state.stopped) {
      this.#store.save({ ...state, stopped: { status: "cancelled", reason: "cancelled" } });
    }
  }

  #stats() {
    const { recipients, expected, batches, stopped, phase } = this.#state();
    const { completed, sent, failed } = this.#store.counters;
    const isCut = phase === "draining" && !stopped;
    const total = isCut ? recipients : Math.max(expected, recipients);
    const totalBatches = isCut ? batches : Math.max(Math.ceil(expected / BATCH_SIZE), batches);
    return { total, totalBatches, completedBatches: completed, sent, failed };
  }

  async #end(ctx: Ctx): Promise<void> {
    const { notificationId, stopped } = this.#state();
    const stats = this.#stats();
    // what a stopped run never cut counts as failed, so that the counters add up
    const final = {
      ...stats,
      completedBatches: stats.totalBatches,
      failed: stats.total - stats.sent,
    };
    const nobody = stats.total > 0 && stats.sent === 0;
    const status = stopped?.status ?? (nobody ? "failed" : "sent");
    const failureReason =
      stopped?.status === "failed"
        ? stopped.reason
        : nobody
          ? "no recipient could be reached"
          : null;
    await finishNotification(ctx, notificationId, { status, failureReason, stats: final });
    await this.erase();
  }

  async #stop(state: RunState, stopped: NonNullable<RunState["stopped"]>): Promise<void> {
    this.#store.save({ ...state, stopped });
    await this.ctx.storage.setAlarm(Date.now());
  }

  #isOver(): boolean {
    const state = this.#state();
    return state.phase === "draining" && this.#out(state) === 0;
  }

  /** Whether the alarm has something to do before its time. */
  #isReadyToGoOn(): boolean {
    const { state } = this.#store;
    if (!state) return false;
    if (state.phase === "draining") return this.#out(state) === 0;
    const isWaiting = (state.steps[state.step]?.at ?? 0) > Date.now();
    return !isWaiting && this.#out(state) === MAX_OUT / 2;
  }

  #nextLook(): number {
    const { phase, steps, step, stopped } = this.#state();
    const now = Date.now();
    const dueAt = steps[step]?.at ?? 0;
    const isIdle =
      phase === "dispatching" && !stopped && dueAt > now && this.#out(this.#state()) === 0;
    return isIdle ? dueAt : now + PROGRESS_EVERY_MS;
  }

  #out(state: RunState): number {
    return state.batches - this.#store.counters.completed;
  }

  async #loadInfo(notificationId: number): Promise<RunInfo> {
    this.#info ??= await loadRun(this.context(), notificationId);
    return this.#info;
  }

  #state(): RunState {
    const { state } = this.#store;
    if (!state) throw new Error("the run is over");
    return state;
  }
}

function newRun(notificationId: number): RunState {
  return {
    notificationId,
    phase: "starting",
    steps: [],
    step: 0,
    after: 0,
    upTo: 0,
    batches: 0,
    recipients: 0,
    expected: 0,
    stopped: null,
  };
}

function fresh(id: number): RecipientResult {
  return { id, status: "pending", attempts: 0, error: null };
}

function pending(results: readonly RecipientResult[]): number[] {
  return results.filter(({ status }) => status === "pending").map(({ id }) => id);
}

function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, at) => items.slice(at * size, (at + 1) * size));
}
