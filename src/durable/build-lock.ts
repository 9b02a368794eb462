// BuildLock: one object an app. It holds at most one build: that there is one, who has its lease, its live
// log. D1 gets each transition, and every step that touches D1, R2 or the pool is first noted here and
// done again by the alarm if the object dies in the middle.
//
// A lease is fenced: its token grows with every offer, and a report with an older one is refused.
import { DurableObject } from "cloudflare:workers";
import { logKey } from "../domain/builds/build-logs.ts";
import { eraseApp } from "../domain/builds/delete-app.ts";
import type {
  Artifact,
  BuildLockPort,
  BuildOrder,
  BuildStatus,
  Follow,
  LeaseRef,
  LeaseResult,
  QueuedBuild,
  TriggerResult,
} from "../domain/builds/ports.ts";
import {
  balance,
  buildByReference,
  finishBuild,
  requeueBuild,
  reserveBuild,
  type Outcome,
} from "../domain/builds/transitions.ts";
import type { Ctx } from "../domain/context.ts";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../kit/time.ts";
import {
  ACCEPT_WITHIN_MS,
  LEASE_MS,
  MAX_ATTEMPT_MS,
  type LeaseEnd,
} from "../protocol/builder.ts";
import { BuildLog, wholeText } from "./build-log.ts";
import { leaseEnd, LockStore, type Ended, type LockState } from "./lock-state.ts";

/** Leases a build may lose before it fails. */
const MAX_ATTEMPTS = 3;
/** A reservation or an ending that has not gone through by then is done again, ms. */
const REDO_AFTER_MS = 15 * SECOND_MS;
/** A waiting build is shown to the pool this often, in case the pool lost it, ms. */
const REQUEUE_EVERY_MS = MINUTE_MS;
/** A build that waits again (or still) this long after its trigger fails, ms. */
const MAX_WAIT_MS = HOUR_MS;
/** Most log read in one answer, bytes: a whole one. */
const MAX_FOLLOW_BYTES = 2 * 1024 * 1024;

export interface LockContext {
  ctx: Ctx;
  /** The bookmark of what `ctx` wrote. */
  bookmark: () => string | null;
}

export abstract class BuildLockObject<Env> extends DurableObject<Env> implements BuildLockPort {
  readonly #log: BuildLog;
  readonly #store: LockStore;
  /** The ending being written, shared by whoever needs it done. */
  #finishing: Promise<string | null> | undefined;

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    this.#store = new LockStore(state.storage);
    this.#log = new BuildLog(state.storage.sql);
  }

  /** A context of the object's own. */
  protected abstract context(): LockContext;

  async trigger(order: BuildOrder): Promise<TriggerResult> {
    if (this.#store.deleting) return { ok: false, reason: "app_deleted" };
    if (this.#store.state) return { ok: false, reason: "active_build" };
    if (order.availableCredits < order.cost) {
      return { ok: false, reason: "insufficient_credits", available: order.availableCredits };
    }
    const { ctx, bookmark } = this.context();
    const reference = crypto.randomUUID();
    const now = ctx.now();
    await this.#save({
      phase: "reserving",
      reference,
      build: null,
      deadline: now + REDO_AFTER_MS,
      giveUpAt: now + MAX_WAIT_MS,
      attempts: 0,
      holder: null,
      artifact: null,
      outcome: null,
    });
    try {
      if (!(await ctx.builderPool().canBuild(order.platform, order.buildFormat))) {
        this.#clear(null);
        return { ok: false, reason: "no_builders" };
      }
      const reserved = await reserveBuild(ctx, order, reference);
      if (!reserved) {
        this.#clear(null);
        const available = await balance(ctx, order.accountId);
        return { ok: false, reason: "insufficient_credits", available };
      }
      const build = {
        buildId: reserved.buildId,
        appId: order.appId,
        platform: order.platform,
        format: order.buildFormat,
      };
      this.#log.clear();
      await this.#queue(ctx, build, false);
      return { ok: true, ...reserved, bookmark: bookmark() };
    } catch (error) {
      // the alarm finds out whether the row was written, and goes on or lets go
      ctx.log.error("trigger_interrupted", error, { app: order.appId });
      throw error;
    }
  }

  async adopt(build: QueuedBuild): Promise<void> {
    const state = this.#store.state;
    if (state?.build?.buildId === build.buildId || state?.phase === "reserving") return;
    const { ctx } = this.context();
    if (state) {
      const message = "The build was lost and another one took its place.";
      await finishBuild(ctx, build.buildId, { status: "failed", code: "lost", message });
      return;
    }
    const now = ctx.now();
    await this.#save({
      phase: "queued",
      reference: "",
      build,
      deadline: now + REQUEUE_EVERY_MS,
      giveUpAt: now + MAX_WAIT_MS,
      attempts: 0,
      holder: null,
      artifact: null,
      outcome: null,
    });
    await requeueBuild(ctx, build.buildId);
    await this.#queue(ctx, build, true);
  }

  async offer(buildId: number, builderId: number): Promise<{ fencingToken: string } | null> {
    const state = this.#store.state;
    if (state?.phase !== "queued" || state.build?.buildId !== buildId) return null;
    const now = Date.now();
    const holder = { builderId, fencingToken: this.#store.nextToken(), since: now };
    await this.#save({ ...state, phase: "offered", holder, deadline: now + ACCEPT_WITHIN_MS });
    return { fencingToken: holder.fencingToken };
  }

  async accept(
    lease: LeaseRef,
  ): Promise<{ ok: true; attempt: number; logOffset: number } | { ok: false; reason: LeaseEnd }> {
    const held = this.#held(lease);
    if (!held.ok) return held;
    const { state, holder } = held;
    if (state.phase === "offered") {
      const now = Date.now();
      const attempts = state.attempts + 1;
      if (attempts > 1) this.#log.note(`--- Attempt ${attempts} of ${MAX_ATTEMPTS} ---`);
      await this.#save({
        ...state,
        phase: "building",
        attempts,
        holder: { ...holder, since: now },
        artifact: null,
        deadline: now + LEASE_MS,
      });
    }
    // an accept whose answer got lost is repeated, and answered alike
    return { ok: true, attempt: this.#store.state?.attempts ?? 1, logOffset: this.#log.length };
  }

  async heartbeat(lease: LeaseRef): Promise<LeaseResult> {
    const held = this.#held(lease);
    if (!held.ok) return held;
    const deadline = Math.min(Date.now() + LEASE_MS, held.holder.since + MAX_ATTEMPT_MS);
    await this.#save({ ...held.state, deadline });
    return { ok: true };
  }

  async check(lease: LeaseRef): Promise<LeaseResult> {
    const held = this.#held(lease);
    return held.ok ? { ok: true } : held;
  }

  async appendLog(
    lease: LeaseRef,
    offset: number,
    bytes: Uint8Array,
  ): Promise<
    | { ok: true; offset: number }
    | { ok: false; reason: LeaseEnd }
    | { ok: false; reason: "gap"; offset: number }
  > {
    const held = this.#held(lease);
    if (!held.ok) return held;
    const next = this.#log.append(offset, bytes);
    if (next === null) return { ok: false, reason: "gap", offset: this.#log.length };
    this.#log.announce();
    return { ok: true, offset: next };
  }

  async recordArtifact(lease: LeaseRef, artifact: Artifact): Promise<LeaseResult> {
    const held = this.#held(lease);
    if (!held.ok) return held;
    await this.#save({ ...held.state, artifact });
    return { ok: true };
  }

  async complete(
    lease: LeaseRef,
    report: { sha256: string; size: number },
  ): Promise<LeaseResult | { ok: false; reason: "artifact_missing" }> {
    if (await this.#repeated(lease)) return { ok: true };
    const held = this.#held(lease);
    if (!held.ok) return held;
    const { artifact } = held.state;
    if (artifact?.sha256 !== report.sha256 || artifact.size !== report.size) {
      return { ok: false, reason: "artifact_missing" };
    }
    await this.#finish({ status: "completed", artifact });
    return { ok: true };
  }

  async fail(
    lease: LeaseRef,
    report: { code: string; message: string; retryable: boolean },
  ): Promise<LeaseResult> {
    if (await this.#repeated(lease)) return { ok: true };
    const held = this.#held(lease);
    if (!held.ok) return held;
    const { code, message } = report;
    if (report.retryable && held.state.attempts < MAX_ATTEMPTS) {
      this.#log.note(`The attempt failed: ${message}`);
      await this.#requeue(held.state);
    } else {
      await this.#finish({ status: "failed", code, message });
    }
    return { ok: true };
  }

  async release(lease: LeaseRef): Promise<LeaseResult> {
    const held = this.#held(lease);
    if (!held.ok) return held;
    // a job handed back unharmed is no attempt
    const attempts = held.state.attempts - (held.state.phase === "building" ? 1 : 0);
    await this.#requeue({ ...held.state, attempts });
    return { ok: true };
  }

  async cancel(buildId: number): Promise<{ cancelled: boolean; bookmark: string | null }> {
    const { state } = this.#store;
    if (state?.build?.buildId !== buildId || state.phase === "finishing") {
      await this.#finishing;
      return { cancelled: false, bookmark: null };
    }
    // the pool finds out when it offers the build
    this.#log.note("Cancelled.");
    return { cancelled: true, bookmark: await this.#finish({ status: "cancelled" }) };
  }

  async follow(
    buildId: number,
    offset: number,
    known: BuildStatus,
    waitMs: number,
  ): Promise<Follow | null> {
    const read = () => wholeText(this.#log.read(offset, MAX_FOLLOW_BYTES));
    const isMine = () => this.#store.state?.build?.buildId === buildId;
    if (!isMine()) return null;
    if (waitMs > 0 && this.#status() === known && read().size === 0) await this.#log.change(waitMs);
    if (!isMine()) return null;
    const { text, size } = read();
    const status = this.#status() ?? known;
    return { status, offset, text, next: offset + size, ended: false };
  }

  async deleteApp(
    appId: number,
  ): Promise<{ deleted: boolean; bookmark: string | null }> {
    if (this.#store.state) return { deleted: false, bookmark: null };
    const { ctx, bookmark } = this.context();
    await this.#store.markDeleting(appId, ctx.now() + REDO_AFTER_MS);
    await eraseApp(ctx, appId);
    await this.ctx.storage.deleteAlarm();
    return { deleted: true, bookmark: bookmark() };
  }

  /** Looks at what is due: an interrupted step is done again, a lost lease goes back to the queue. */
  override async alarm(): Promise<void> {
    const { ctx } = this.context();
    const deleting = this.#store.deleting;
    if (deleting) return eraseApp(ctx, deleting);
    const state = this.#store.state;
    if (!state) return;
    if (state.deadline > ctx.now()) {
      await this.ctx.storage.setAlarm(state.deadline);
      return;
    }
    switch (state.phase) {
      case "reserving":
        return this.#recoverReservation(ctx, state);
      case "finishing":
        if (state.outcome) await this.#finish(state.outcome);
        return;
      case "queued":
        return this.#stillWaiting(ctx, state);
      case "offered":
        return this.#requeue(state);
      case "building":
        return this.#lost(ctx, state);
    }
  }

  async #recoverReservation(ctx: Ctx, state: LockState): Promise<void> {
    const build = await buildByReference(ctx, state.reference);
    if (this.#store.state?.phase !== "reserving") return;
    if (build) await this.#queue(ctx, build, true);
    else this.#clear(null);
  }

  async #stillWaiting(ctx: Ctx, state: LockState): Promise<void> {
    if (!state.build) return;
    if (state.giveUpAt <= ctx.now()) return this.#giveUp();
    await this.#queue(ctx, state.build, true);
  }

  async #giveUp(): Promise<void> {
    const message = "No builder finished the build within an hour.";
    await this.#finish({ status: "failed", code: "no_builders", message });
  }

  async #lost(ctx: Ctx, state: LockState): Promise<void> {
    ctx.log.info("lease_lost", { build: state.build?.buildId ?? null, attempt: state.attempts });
    this.#log.note("The builder went silent; its lease is over.");
    if (state.attempts < MAX_ATTEMPTS) return this.#requeue(state);
    const message = `Lost contact with the builder ${MAX_ATTEMPTS} times.`;
    await this.#finish({ status: "failed", code: "lease_lost", message });
  }

  /** Back to the front of the queue; the token that was out counts no more. */
  async #requeue(state: LockState): Promise<void> {
    if (!state.build) return;
    const { ctx } = this.context();
    if (state.giveUpAt <= ctx.now()) return this.#giveUp();
    await this.#save({
      ...state,
      phase: "queued",
      holder: null,
      artifact: null,
      deadline: ctx.now() + REDO_AFTER_MS,
    });
    if (state.artifact) await ctx.files.delete(state.artifact.key);
    await requeueBuild(ctx, state.build.buildId);
    await this.#queue(ctx, state.build, true);
  }

  /** Has the build wait in the pool, and looks again later whether it still does. */
  async #queue(ctx: Ctx, build: QueuedBuild, front: boolean): Promise<void> {
    const state = this.#store.state;
    if (!state || (state.phase !== "reserving" && state.phase !== "queued")) return;
    await this.#save({ ...state, phase: "queued", build, deadline: ctx.now() + REQUEUE_EVERY_MS });
    await ctx.builderPool().enqueue(build, front);
  }

  /** Writes the ending to D1 and the log to R2, then lets go of the app. May be repeated. */
  async #finish(outcome: Outcome): Promise<string | null> {
    const state = this.#store.state;
    if (!state?.build) return null;
    const { build } = state;
    const { ctx, bookmark } = this.context();
    await this.#save({
      ...state,
      phase: "finishing",
      outcome,
      deadline: ctx.now() + REDO_AFTER_MS,
    });
    const write = async () => {
      const log = this.#log.read(0, MAX_FOLLOW_BYTES);
      const useless = outcome.status === "completed" ? null : state.artifact;
      if (useless) await ctx.files.delete(useless.key);
      await Promise.all([
        finishBuild(ctx, build.buildId, outcome),
        ctx.files.put(logKey(build.appId, build.buildId), log, {
          httpMetadata: { contentType: "text/plain; charset=utf-8" },
        }),
      ]);
      this.#clear({
        buildId: build.buildId,
        reason: outcome.status === "cancelled" ? "cancelled" : "finished",
        holder: state.holder,
      });
      return bookmark();
    };
    this.#finishing ??= write().finally(() => (this.#finishing = undefined));
    return this.#finishing;
  }

  /** Whether a finished build's own holder reports its end again, its first answer having got lost. */
  async #repeated(lease: LeaseRef): Promise<boolean> {
    const { state } = this.#store;
    const isEnding = state?.phase === "finishing" && state.build?.buildId === lease.buildId;
    if (isEnding && state.outcome) await this.#finish(state.outcome);
    const { ended } = this.#store;
    return (
      ended?.buildId === lease.buildId &&
      ended.reason === "finished" &&
      ended.holder?.fencingToken === lease.fencingToken &&
      ended.holder.builderId === lease.builderId
    );
  }

  #held(
    lease: LeaseRef,
  ):
    | { ok: true; state: LockState; holder: NonNullable<LockState["holder"]> }
    | { ok: false; reason: LeaseEnd } {
    const state = this.#store.state;
    const reason = leaseEnd(state, this.#store.ended, lease);
    if (reason !== null || !state?.holder) return { ok: false, reason: reason ?? "lost" };
    return { ok: true, state, holder: state.holder };
  }

  #status(): BuildStatus | null {
    const { state } = this.#store;
    if (!state) return null;
    if (state.phase === "finishing") return state.outcome?.status ?? null;
    return state.phase === "building" ? "building" : "pending";
  }

  async #save(state: LockState): Promise<void> {
    const before = this.#store.state?.phase;
    await this.#store.save(state);
    if (before !== state.phase) this.#log.announce();
  }

  #clear(ended: Ended | null): void {
    this.#store.clear(ended);
    this.#log.clear();
    this.#log.announce();
  }
}
