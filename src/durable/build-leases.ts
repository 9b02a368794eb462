// Who holds a build's lease, and what its holder may report. Each offer has a token of its own; a report
// with any other is refused and changes nothing.
import type { Artifact, BuildLockPort, LeaseRef, LeaseResult } from "../domain/ports/builds.ts";
import { ACCEPT_WITHIN_MS, LEASE_MS, MAX_ATTEMPT_MS, type LeaseEnd } from "../protocol/builder.ts";
import type { BuildLog } from "./build-log.ts";
import type { BuildSteps } from "./build-steps.ts";
import {
  hasBuild,
  isHeldBy,
  leaseEnd,
  type BuildState,
  type LockState,
  type LockStore,
} from "./lock-state.ts";

/** Attempts a build may lose before it fails. */
const MAX_ATTEMPTS = 3;

type Refused = { ok: false; reason: LeaseEnd };
type Held = { ok: true; state: BuildState; holder: NonNullable<LockState["holder"]> };

export class BuildLeases {
  readonly #store: LockStore;
  readonly #log: BuildLog;
  readonly #steps: BuildSteps;

  constructor(store: LockStore, log: BuildLog, steps: BuildSteps) {
    this.#store = store;
    this.#log = log;
    this.#steps = steps;
  }

  async offer(buildId: number, builderId: number): Promise<{ fencingToken: string } | null> {
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

  async accept(lease: LeaseRef): ReturnType<BuildLockPort["accept"]> {
    const held = this.#offered(lease);
    if (!held.ok) return held;
    const { state, holder } = held;
    // an accept whose answer got lost is repeated, and answered alike
    const attempt = state.attempts + (state.phase === "offered" ? 1 : 0);
    if (state.phase === "offered") {
      const since = Date.now();
      if (attempt > 1) this.#log.note(`--- Attempt ${attempt} of ${MAX_ATTEMPTS} ---`);
      await this.#store.save({
        ...state,
        phase: "building",
        attempts: attempt,
        holder: { ...holder, since },
        deadline: since + LEASE_MS,
      });
    }
    return { ok: true, attempt, logOffset: this.#log.length };
  }

  async heartbeat(lease: LeaseRef): Promise<LeaseResult> {
    const held = this.#held(lease);
    if (!held.ok) return held;
    const deadline = Math.min(Date.now() + LEASE_MS, held.holder.since + MAX_ATTEMPT_MS);
    await this.#store.save({ ...held.state, deadline });
    return { ok: true };
  }

  check(lease: LeaseRef): LeaseResult {
    const held = this.#held(lease);
    return held.ok ? { ok: true } : held;
  }

  appendLog(
    lease: LeaseRef,
    offset: number,
    bytes: Uint8Array,
  ): Awaited<ReturnType<BuildLockPort["appendLog"]>> {
    const held = this.#held(lease);
    if (!held.ok) return held;
    const next = this.#log.append(offset, bytes);
    if (next === null) return { ok: false, reason: "gap", offset: this.#log.length };
    this.#log.announce();
    return { ok: true, offset: next };
  }

  async expectArtifact(lease: LeaseRef, key: string): Promise<LeaseResult> {
    const held = this.#held(lease);
    if (!held.ok) return held;
    await this.#store.save({ ...held.state, uploads: [...held.state.uploads, key] });
    return { ok: true };
  }

  async recordArtifact(lease: LeaseRef, artifact: Artifact): Promise<LeaseResult> {
    const held = this.#held(lease);
    if (!held.ok) return held;
    await this.#store.save({ ...held.state, artifact });
    return { ok: true };
  }

  async complete(
    lease: LeaseRef,
    report: { sha256: string; size: number },
  ): ReturnType<BuildLockPort["complete"]> {
    if (await this.#isRepeated(lease, "completed")) return { ok: true };
    const held = this.#held(lease);
    if (!held.ok) return held;
    const { artifact } = held.state;
    if (artifact?.sha256 !== report.sha256 || artifact.size !== report.size) {
      return { ok: false, reason: "artifact_missing" };
    }
    await this.#steps.finish({ status: "completed", artifact });
    return { ok: true };
  }

  async fail(
    lease: LeaseRef,
    report: { code: string; message: string; retryable: boolean },
  ): Promise<LeaseResult> {
    if (await this.#isRepeated(lease, "failed")) return { ok: true };
    const held = this.#held(lease);
    if (!held.ok) return held;
    const { code, message, retryable } = report;
    if (retryable && held.state.attempts < MAX_ATTEMPTS) {
      this.#log.note(`The attempt failed: ${message}`);
      await this.#steps.requeue(held.state);
    } else {
      await this.#steps.finish({ status: "failed", code, message });
    }
    return { ok: true };
  }

  async release(lease: LeaseRef): Promise<LeaseResult> {
    const held = this.#offered(lease);
    if (!held.ok) return held;
    const { state } = held;
    // a job handed back unharmed is no attempt
    const attempts = state.attempts - (state.phase === "building" ? 1 : 0);
    await this.#steps.requeue({ ...state, attempts });
    return { ok: true };
  }

  /** Ends an attempt whose builder went silent. */
  async lose(state: BuildState): Promise<void> {
    this.#log.note("The builder went silent; its lease is over.");
    if (state.attempts < MAX_ATTEMPTS) return this.#steps.requeue(state);
    const message = `Lost contact with the builder ${MAX_ATTEMPTS} times.`;
    await this.#steps.finish({ status: "failed", code: "lease_lost", message });
  }

  /** The state, if `lease` was offered or accepted and still counts. */
  #offered(lease: LeaseRef): Held | Refused {
    const { state, ended } = this.#store;
    const reason = leaseEnd(state, ended, lease);
    if (reason !== null || !hasBuild(state) || !state.holder) {
      return { ok: false, reason: reason ?? "lost" };
    }
    return { ok: true, state, holder: state.holder };
  }

  /** The state, if `lease` was accepted and still counts. */
  #held(lease: LeaseRef): Held | Refused {
    const held = this.#offered(lease);
    return held.ok && held.state.phase !== "building" ? { ok: false, reason: "lost" } : held;
  }

  /** Whether the holder reports an end again that was taken before, its answer having got lost. */
  async #isRepeated(lease: LeaseRef, status: "completed" | "failed"): Promise<boolean> {
    if (this.#store.state?.build?.buildId === lease.buildId) await this.#steps.settle();
    const { ended } = this.#store;
    return (
      ended?.buildId === lease.buildId && ended.status === status && isHeldBy(ended.holder, lease)
    );
  }
}
