// The steps of a build that reach D1, R2 or the pool. Each step is first recorded in the lock's storage. When the
// object dies in the middle, or the call fails, the lock's alarm repeats the step.
import { logKey } from "../domain/builds/build-logs.ts";
import { knownFailure } from "../domain/builds/failed-icons.ts";
import type { BuildOrder, TriggerResult } from "../domain/ports/builds.ts";
import { judgeOrder } from "../domain/builds/releases.ts";
import {
  activeBuild,
  balance,
  finishBuild,
  requeueBuild,
  reserveBuild,
  type BuildEnd,
} from "../domain/builds/transitions.ts";
import type { Ctx } from "../domain/context.ts";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../kit/time.ts";
import { MAX_LOG_READ_BYTES, type BuildLog } from "./build-log.ts";
import {
  hasBuild,
  hashesOf,
  type BuildState,
  type LockState,
  type LockStore,
} from "./lock-state.ts";

/** A step that has not succeeded after this long is repeated, ms. */
export const REDO_AFTER_MS = 15 * SECOND_MS;
/** A waiting build is queued in the pool again this often, in case the pool has lost it, ms. */
const REQUEUE_EVERY_MS = MINUTE_MS;
/** A build that waits, or waits again, this long after its trigger fails, ms. */
const MAX_WAIT_MS = HOUR_MS;

export interface LockContext {
  ctx: Ctx;
  /** The bookmark of what `ctx` has written. */
  bookmark: () => string | null;
}

/** A build whose row is written, with the order that it was made of. */
type Placed = Extract<Awaited<ReturnType<typeof reserveBuild>>, { ok: true }> & {
  order: BuildOrder;
};

export class BuildSteps {
  readonly #store: LockStore;
  readonly #log: BuildLog;
  readonly #context: () => LockContext;
  /** The reservation that is being made. */
  #reserving: Promise<TriggerResult> | undefined;
  /** The build end that is being written. Callers share it until it counts as stuck, at `stuckAt`, ms. */
  #finishing: { done: Promise<string | null>; stuckAt: number } | undefined;

  constructor(store: LockStore, log: BuildLog, context: () => LockContext) {
    this.#store = store;
    this.#log = log;
    this.#context = context;
  }

  /**
   * Takes the free lock, the credit and a place in the queue. The lock is taken as soon as this returns its promise.
   */
  reserve(order: BuildOrder): Promise<TriggerResult> {
    this.#reserving = this.#reserve(order).finally(() => (this.#reserving = undefined));
    return this.#reserving;
  }

  async #reserve(ordered: BuildOrder): Promise<TriggerResult> {
    const { ctx, bookmark } = this.#context();
    const state = newState(crypto.randomUUID(), ctx.now());
    await this.#store.save(state);
    // If any of this throws, the alarm checks whether the row was written, and goes on or frees the lock.
    const reserved = await this.#place(ctx, ordered, state.reference);
    if (!reserved.ok) {
      this.#store.clear(null);
      return reserved;
    }
    const { order, buildId, certificateSha256, certificateSha1, createdAt } = reserved;
    const build = {
      buildId,
      accountId: order.accountId,
      iconSha256: reserved.iconSha256,
      foregroundSha256: reserved.foregroundSha256,
      monochromeSha256: reserved.monochromeSha256,
      appId: order.appId,
      platform: order.platform,
      format: order.buildFormat,
    };
    await this.queue({ ...state, build }, false);
    const { versionCode } = order;
    const certificate = { certificateSha256, certificateSha1 };
    return { ok: true, buildId, versionCode, ...certificate, createdAt, bookmark: bookmark() };
  }

  /**
   * Writes the ordered build's row, if the order is one that may be built. The lock is taken, so no other release of the
   * app completes between the judgement and the end of this build.
   */
  async #place(
    ctx: Ctx,
    ordered: BuildOrder,
    reference: string,
  ): Promise<Placed | Extract<TriggerResult, { ok: false }>> {
    const judged = await judgeOrder(ctx, ordered);
    if (!judged.ok) return judged;
    const { order } = judged;
    const { availableCredits: available } = order;
    if (available < order.cost) return { ok: false, reason: "insufficient_credits", available };
    const ability = await ctx.builderPool().canBuild(order.platform, order.buildFormat);
    if (ability !== "able") {
      return { ok: false, reason: "no_builders", isAny: ability === "unable" };
    }
    const reserved = await reserveBuild(ctx, order, reference);
    if (reserved.ok) return { ...reserved, order };
    const { reason } = reserved;
    return reason === "insufficient_credits"
      ? { ...reserved, reason, available: await balance(ctx, order.accountId) }
      : { ...reserved, reason };
  }

  /** Waits until no reservation is being made in this instance, whether it succeeds or fails. */
  async reservationOver(): Promise<void> {
    await this.#reserving?.catch(() => undefined);
  }

  /** Takes the free lock for the build that has `reference` in the database, if it is still active. */
  async adopt(reference: string): Promise<void> {
    await this.#store.save(newState(reference, this.#context().ctx.now()));
    await this.recoverReservation();
  }

  /** Goes on with an interrupted reservation, or frees the lock when its row was never written. */
  async recoverReservation(): Promise<void> {
    const { ctx } = this.#context();
    const state = this.#store.state;
    if (!state) return;
    // The alarm comes again later, in case this query fails or the reservation is still being made.
    await this.#store.save({ ...state, deadline: ctx.now() + REDO_AFTER_MS });
    if (this.#reserving) return;
    const build = await activeBuild(ctx, state.reference);
    if (this.#store.state?.reference !== state.reference) return;
    if (build) await this.queue({ ...state, build }, true);
    else this.#store.clear(null);
  }

  /**
   * Queues the build in the pool, unless it fails at once; the alarm checks later whether it still waits.
   */
  async queue(state: BuildState, front: boolean): Promise<void> {
    const { ctx } = this.#context();
    const { build } = state;
    const waiting = { ...state, phase: "queued" as const, holder: null, artifact: null };
    await this.#store.save({ ...waiting, deadline: ctx.now() + REDO_AFTER_MS });
    try {
      if (await this.failKnown(state)) return;
      if (front) await requeueBuild(ctx, build.buildId);
      await ctx.builderPool().enqueue(build, front);
    } catch (error) {
      ctx.log.error("queueing_failed", error, { build: build.buildId });
      return;
    }
    // It may have been offered to a builder already.
    const now = this.#store.state;
    if (now?.phase !== "queued" || now.build?.buildId !== build.buildId) return;
    await this.#store.save({ ...now, deadline: ctx.now() + REQUEUE_EVERY_MS });
  }

  /** Fails a build of which a picture is known to fail, so that no builder is held up with it; returns whether it did. */
  async failKnown(state: BuildState): Promise<boolean> {
    const { reference } = state;
    const end = await knownFailure(this.#context().ctx, hashesOf(state));
    // Meanwhile it may have been cancelled or offered.
    const now = this.#store.state;
    if (end === null || now?.reference !== reference || now.phase !== "queued") return false;
    this.#log.note(end.message);
    await this.finish(end);
    return true;
  }

  /** Puts the build at the front of the queue again; its present fencing token becomes invalid. */
  async requeue(state: BuildState): Promise<void> {
    if (state.giveUpAt > this.#context().ctx.now()) return this.queue(state, true);
    const message = "No builder finished the build within an hour.";
    await this.finish({ status: "failed", code: "no_builders", message });
  }

  /** Writes the build's end to D1 and the log to R2, then frees the lock. The first end counts. */
  finish(end: BuildEnd): Promise<string | null> {
    const now = this.#context().ctx.now();
    if (this.#finishing && now < this.#finishing.stuckAt) return this.#finishing.done;
    const done = this.#finish(end).finally(() => {
      if (this.#finishing?.done === done) this.#finishing = undefined;
    });
    this.#finishing = { done, stuckAt: now + REDO_AFTER_MS };
    return done;
  }

  async #finish(wanted: BuildEnd): Promise<string | null> {
    const state = this.#store.state;
    if (!hasBuild(state)) return null;
    const { ctx, bookmark } = this.#context();
    const { build, holder } = state;
    const end = state.end ?? wanted;
    const deadline = ctx.now() + REDO_AFTER_MS;
    await this.#store.save({ ...state, phase: "finishing", end, deadline });

    const kept = end.status === "completed" ? end.artifact.key : null;
    const useless = state.uploads.filter((key) => key !== kept);
    if (useless.length > 0) await ctx.files.delete(useless);
    await Promise.all([
      finishBuild(ctx, build.buildId, end),
      ctx.files.put(logKey(build.appId, build.buildId), this.#log.read(0, MAX_LOG_READ_BYTES), {
        httpMetadata: { contentType: "text/plain; charset=utf-8" },
      }),
    ]);
    // Another call may have finished while this one was stuck, and the lock may hold the next build by now.
    if (this.#store.state?.reference !== state.reference) return bookmark();
    const { status } = end;
    const errorMessage = end.status === "failed" ? end.message : null;
    this.#log.clear();
    this.#store.clear({ buildId: build.buildId, status, errorMessage, holder });
    return bookmark();
  }

  /** Writes the end of a build that has ended, if it was not written yet. */
  async settle(): Promise<void> {
    const state = this.#store.state;
    if (state?.phase === "finishing" && state.end) await this.finish(state.end);
  }
}

function newState(reference: string, now: number): LockState {
  return {
    phase: "reserving",
    reference,
    build: null,
    deadline: now + REDO_AFTER_MS,
    giveUpAt: now + MAX_WAIT_MS,
    attempts: 0,
    holder: null,
    artifact: null,
    uploads: [],
    end: null,
  };
}
