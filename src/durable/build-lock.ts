// BuildLock: one object an app. It holds at most one build: that there is one, who has its lease, its live
// log. build-steps.ts moves the build on, build-leases.ts answers its builders; here is the object they
// live in, with its methods and its alarm.
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
import { finishBuild, statusOf } from "../domain/builds/transitions.ts";
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

  /** A context of the object's own. */
  protected abstract context(): LockContext;

  async trigger(order: BuildOrder): Promise<TriggerResult> {
    await this.#steps.settle();
    if (this.#store.deleting !== null) return { ok: false, reason: "app_deleted" };
    if (this.#store.state) return { ok: false, reason: "active_build" };
    if (order.availableCredits < order.cost) {
      return { ok: false, reason: "insufficient_credits", available: order.availableCredits };
    }
    return this.#steps.reserve(order);
  }

  async adopt({ buildId, reference }: { buildId: number; reference: string }): Promise<void> {
    const { state, deleting } = this.#store;
    if (deleting !== null) return;
    if (!state) return this.#steps.adopt(reference);
    // the platform gives up on an alarm that keeps crashing
    if (state.reference === reference) return this.#store.wakeAt(state.deadline);
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

  async cancel(buildId: number): ReturnType<BuildLockPort["cancel"]> {
    // the row may be seen before the lock has its id
    await this.#steps.reservationOver();
    const { state } = this.#store;
    const end = { status: "cancelled" } as const;
    if (state?.build?.buildId !== buildId) {
      // nobody holds it: it is over, or the lock lost it
      const { ctx, bookmark } = this.context();
      const cancelled = await finishBuild(ctx, buildId, end);
      return { cancelled, status: await statusOf(ctx, buildId), bookmark: bookmark() };
    }
    if (state.phase === "queued") {
      // builds that were cancelled would hold up those behind them
      const { ctx } = this.context();
      ctx.defer(ctx.builderPool().dequeue(buildId));
    }
    if (state.phase !== "finishing") this.#log.note("Cancelled.");
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

  /** Looks at what is due. */
  override async alarm(): Promise<void> {
    try {
      await this.#due();
    } catch (error) {
      // the platform tries a failed alarm a few times and then never again
      const { ctx } = this.context();
      ctx.log.error("alarm_failed", error);
      await this.#store.wakeAt(ctx.now() + REDO_AFTER_MS);
    }
  }

  /** Does an interrupted step again, or sends a build whose offer or lease is over back to the queue. */
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

  /** How the build that holds the lock stands; null when `buildId` is not that one. */
  #statusOf(buildId: number): BuildStatus | null {
    const { state } = this.#store;
    if (state?.build?.buildId !== buildId) return null;
    if (state.phase === "finishing") return state.end?.status ?? null;
    return state.phase === "building" ? "building" : "pending";
  }
}
