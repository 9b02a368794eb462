// BuildLock: one object for each app. It holds at most one build, the holder of its lease and its live log.
// build-steps.ts moves the build on, build-leases.ts handles its builders' reports; this file has the object itself,
// with its methods and its alarm.
import { DurableObject } from "cloudflare:workers";
import type {
  BuildLockPort,
  BuildOrder,
  BuildStatus,
  Follow,
  LeaseRef,
  Report,
  ReportResult,
  TriggerResult,
} from "../domain/ports/builds.ts";
import { finishBuild, isOvertaken, statusOf } from "../domain/builds/transitions.ts";
import { BuildLeases } from "./build-leases.ts";
import { BuildLog, MAX_LOG_READ_BYTES, wholeText } from "./build-log.ts";
import { BuildSteps, REDO_AFTER_MS, type LockContext } from "./build-steps.ts";
import { deleteContents } from "../domain/deletion/delete-contents.ts";
import { hasBuild, LockStore } from "./lock-state.ts";

export abstract class BuildLockObject<Env> extends DurableObject<Env> implements BuildLockPort {
  readonly #log: BuildLog;
  readonly #store: LockStore;
  readonly #steps: BuildSteps;
  readonly #leases: BuildLeases;

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    this.#log = new BuildLog(state.storage.sql);
    this.#store = new LockStore(state.storage, () => this.#log.wakeFollowers());
    this.#steps = new BuildSteps(this.#store, this.#log, () => this.context());
    this.#leases = new BuildLeases(this.#store, this.#log, this.#steps);
  }

  /** Makes a context of the object's own. */
  protected abstract context(): LockContext;

  async trigger(order: BuildOrder): Promise<TriggerResult> {
    await this.#steps.settle();
    if (this.#store.deleting !== null) return { ok: false, reason: "app_deleted" };
    if (this.#store.state) return { ok: false, reason: "active_build" };
    return this.#steps.reserve(order);
  }

  async adopt({ buildId, reference }: { buildId: number; reference: string }): Promise<void> {
    if (this.#store.deleting !== null) return;
    const hasLater = await isOvertaken(this.context().ctx, buildId);
    const { state } = this.#store;
    if (!state && !hasLater) return this.#steps.adopt(reference);
    // Set again, since the platform gives up on an alarm that keeps failing.
    if (state?.reference === reference) return this.#store.wakeAt(state.deadline);
    const message = "The build was lost and another one took its place.";
    const lost = { status: "failed", code: "lost", message } as const;
    await finishBuild(this.context().ctx, buildId, lost);
  }

  async offer(buildId: number, builderId: number): Promise<{ fencingToken: string } | null> {
    return this.#leases.offer(buildId, builderId);
  }

  async report(lease: LeaseRef, report: Report): Promise<ReportResult> {
    return this.#leases.report(lease, report);
  }

  async cancel(buildId: number, why?: string): ReturnType<BuildLockPort["cancel"]> {
    // The row may be visible before the lock has its id.
    await this.#steps.reservationOver();
    const { state } = this.#store;
    const end = { status: "cancelled" } as const;
    if (state?.build?.buildId !== buildId) {
      // No lock holds the build: it has ended, or the lock has lost it.
      const { ctx, bookmark } = this.context();
      const cancelled = await finishBuild(ctx, buildId, end);
      return { cancelled, status: await statusOf(ctx, buildId), bookmark: bookmark() };
    }
    if (state.phase === "queued") {
      // Otherwise cancelled builds would delay the builds behind them.
      const { ctx } = this.context();
      ctx.defer(ctx.builderPool().dequeue(buildId));
    }
    if (state.phase !== "finishing")
      this.#log.note(why === undefined ? "Cancelled." : `Cancelled: ${why}.`);
    const bookmark = await this.#steps.finish(end);
    const { status } = state.end ?? end;
    return { cancelled: status === "cancelled", status, bookmark };
  }

  async follow(
    buildId: number,
    offset: number,
    known: BuildStatus,
    waitMs: number,
  ): Promise<Follow | null> {
    const read = () => wholeText(this.#log.read(offset, MAX_LOG_READ_BYTES));
    const isQuiet = () => this.#statusOf(buildId) === known && read().size === 0;
    if (waitMs > 0 && isQuiet()) await this.#log.change(waitMs);
    const status = this.#statusOf(buildId);
    if (status !== null) {
      const { text, size } = read();
      return { status, offset, text, next: offset + size, ended: false, errorMessage: null };
    }
    const { ended } = this.#store;
    if (ended?.buildId !== buildId) return null;
    const { errorMessage } = ended;
    return { status: ended.status, offset, text: "", next: offset, ended: true, errorMessage };
  }

  async deleteApp(appId: number): Promise<{ deleted: boolean; bookmark: string | null }> {
    await this.#steps.settle();
    if (this.#store.state) return { deleted: false, bookmark: null };
    const { ctx, bookmark } = this.context();
    await this.#store.markDeleting(appId, ctx.now() + REDO_AFTER_MS);
    await deleteContents(ctx, appId);
    await this.ctx.storage.deleteAlarm();
    return { deleted: true, bookmark: bookmark() };
  }

  /** Does whatever is due. */
  override async alarm(): Promise<void> {
    try {
      await this.#due();
    } catch (error) {
      // The platform repeats a failing alarm a few times and then never again.
      const { ctx } = this.context();
      ctx.log.error("alarm_failed", error);
      await this.#store.wakeAt(ctx.now() + REDO_AFTER_MS);
    }
  }

  /** Repeats an interrupted step, or requeues a build whose offer or lease has ended. */
  async #due(): Promise<void> {
    const { ctx } = this.context();
    const { state, deleting } = this.#store;
    if (deleting !== null) return deleteContents(ctx, deleting);
    if (!state) return;
    if (state.deadline > ctx.now()) return this.#store.wakeAt(state.deadline);
    if (!hasBuild(state)) return this.#steps.recoverReservation();
    switch (state.phase) {
      case "reserving":
      case "queued":
      case "offered":
        return this.#steps.requeue(state);
      case "building":
        ctx.log.info("lease_lost", { build: state.build.buildId, attempt: state.attempts });
        return this.#leases.lose(state);
      case "finishing":
        return this.#steps.settle();
    }
  }

  /** Returns the status of the build that holds the lock; null when that is not `buildId`. */
  #statusOf(buildId: number): BuildStatus | null {
    const { state } = this.#store;
    if (state?.build?.buildId !== buildId) return null;
    if (state.phase === "finishing") return state.end?.status ?? null;
    return state.phase === "building" ? "building" : "pending";
  }
}
