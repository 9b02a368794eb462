// The lease of a build, and what its holder may report. Each offer has a fencing token of its own; a report with any
// other token is refused and changes nothing.
import { iconFailed } from "../domain/builds/failed-icons.ts";
import type { LeaseRef, Report, ReportResult } from "../domain/ports/builds.ts";
import { ACCEPT_WITHIN_MS, ICON_FAULT, LEASE_MS, MAX_ATTEMPT_MS } from "../protocol/builder.ts";
import type { BuildLog } from "./build-log.ts";
import type { BuildSteps } from "./build-steps.ts";
import {
  hasBuild,
  hashesOf,
  isHeld,
  isHeldBy,
  leaseEnd,
  type BuildState,
  type HeldState,
  type LockStore,
} from "./lock-state.ts";

/** Most attempts of a build: the last one that is lost, or fails retryably, fails the build. */
const MAX_ATTEMPTS = 3;

/** A report of one kind. */
type ReportOf<Kind extends Report["kind"]> = Extract<Report, { kind: Kind }>;

const TAKEN = { kind: "taken" } as const;

export class BuildLeases {
  readonly #store: LockStore;
  readonly #log: BuildLog;
  readonly #steps: BuildSteps;

  constructor(store: LockStore, log: BuildLog, steps: BuildSteps) {
    this.#store = store;
    this.#log = log;
    this.#steps = steps;
  }

  /** Offers the waiting build to a builder, under a new fencing token; returns null when it no longer waits. */
  async offer(buildId: number, builderId: number): Promise<{ fencingToken: string } | null> {
    const waiting = this.#store.state;
    // Another build may have found out about its pictures since it was queued.
    if (hasBuild(waiting) && waiting.build.buildId === buildId) {
      if (await this.#steps.failKnown(waiting)) return null;
    }
    const state = this.#store.state;
    if (state?.phase !== "queued" || state.build?.buildId !== buildId) return null;
    const since = Date.now();
    const fencingToken = crypto.randomUUID();
    await this.#store.save({
      ...state,
      phase: "offered",
      holder: { builderId, fencingToken, since },
      deadline: since + ACCEPT_WITHIN_MS,
    });
    return { fencingToken };
  }

  /**
   * Takes a report if `lease` is the present one. This is the only place where the fencing token is checked, for all
   * kinds of reports. Each report acts upon the state that was checked, and writes the new state before anything else
   * can happen.
   */
  async report(lease: LeaseRef, report: Report): Promise<ReportResult> {
    const isEnd = report.kind === "complete" || report.kind === "fail";
    if (isEnd && (await this.#isRepeated(lease, report))) return TAKEN;
    const { state, ended } = this.#store;
    const reason = leaseEnd(state, ended, lease);
    if (reason !== null || !isHeld(state)) return { kind: "over", reason: reason ?? "lost" };
    if (report.kind === "accept") return this.#accept(state);
    if (report.kind === "release") return this.#release(state);
    return state.phase === "building"
      ? this.#takeFromHolder(state, report)
      : { kind: "over", reason: "lost" };
  }

  /** Takes a report that is allowed once the offer is accepted. */
  async #takeFromHolder(
    state: HeldState,
    report: Exclude<Report, ReportOf<"accept" | "release">>,
  ): Promise<ReportResult> {
    switch (report.kind) {
      case "heartbeat":
        return this.#extend(state);
      case "check":
        return TAKEN;
      case "append_log":
        return this.#appendLog(report);
      case "expect_artifact":
        await this.#store.save({ ...state, uploads: [...state.uploads, report.key] });
        return TAKEN;
      case "record_artifact":
        await this.#store.save({ ...state, artifact: report.artifact });
        return TAKEN;
      case "complete":
        return this.#complete(state, report);
      case "fail":
        return this.#fail(state, report);
    }
  }

  async #accept(state: HeldState): Promise<ReportResult> {
    // An accept whose answer was lost is repeated, and gets the same answer.
    const attempt = state.attempts + (state.phase === "offered" ? 1 : 0);
    if (state.phase === "offered") {
      const since = Date.now();
      if (attempt > 1) this.#log.note(`--- Attempt ${attempt} of ${MAX_ATTEMPTS} ---`);
      await this.#store.save({
        ...state,
        phase: "building",
        attempts: attempt,
        holder: { ...state.holder, since },
        deadline: since + LEASE_MS,
      });
    }
    return { kind: "accepted", attempt, logOffset: this.#log.length };
  }

  async #extend(state: HeldState): Promise<ReportResult> {
    const deadline = Math.min(Date.now() + LEASE_MS, state.holder.since + MAX_ATTEMPT_MS);
    await this.#store.save({ ...state, deadline });
    return TAKEN;
  }

  #appendLog({ offset, bytes }: ReportOf<"append_log">): ReportResult {
    const next = this.#log.append(offset, bytes);
    if (next === null) return { kind: "gap", offset: this.#log.length };
    this.#log.wakeFollowers();
    return { kind: "appended", offset: next };
  }

  async #complete(
    { artifact }: HeldState,
    { sha256, size }: ReportOf<"complete">,
  ): Promise<ReportResult> {
    if (artifact?.sha256 !== sha256 || artifact.size !== size) return { kind: "artifact_missing" };
    await this.#steps.finish({ status: "completed", artifact });
    return TAKEN;
  }

  async #fail(
    state: HeldState,
    { code, message, retryable, picture = "icon" }: ReportOf<"fail">,
  ): Promise<ReportResult> {
    if (retryable && state.attempts < MAX_ATTEMPTS) {
      this.#log.note(`The attempt failed: ${message}`);
      await this.#steps.requeue(state);
    } else {
      // What may succeed with another attempt says nothing about the picture, and none is blamed that the build has not.
      const sha256 = !retryable && code === ICON_FAULT ? hashesOf(state)[picture] : undefined;
      await this.#steps.finish(
        sha256 === undefined
          ? { status: "failed", code, message }
          : iconFailed({ sha256, reason: message, triedAt: Date.now() }),
      );
    }
    return TAKEN;
  }

  async #release(state: HeldState): Promise<ReportResult> {
    // A job that was released does not count as an attempt.
    const attempts = state.attempts - (state.phase === "building" ? 1 : 0);
    await this.#steps.requeue({ ...state, attempts });
    return TAKEN;
  }

  /** Ends an attempt whose builder has not reported in time. */
  async lose(state: BuildState): Promise<void> {
    this.#log.note("The builder went silent; its lease is over.");
    if (state.attempts < MAX_ATTEMPTS) return this.#steps.requeue(state);
    const message = `Lost contact with the builder ${MAX_ATTEMPTS} times.`;
    await this.#steps.finish({ status: "failed", code: "lease_lost", message });
  }

  /** Whether the holder repeats a report of an end that was taken before, because its answer was lost. */
  async #isRepeated(lease: LeaseRef, report: ReportOf<"complete" | "fail">): Promise<boolean> {
    if (this.#store.state?.build?.buildId === lease.buildId) await this.#steps.settle();
    const { ended } = this.#store;
    const status = report.kind === "complete" ? "completed" : "failed";
    return (
      ended?.buildId === lease.buildId && ended.status === status && isHeldBy(ended.holder, lease)
    );
  }
}
