// What a BuildLock knows of the build that holds it, and where it keeps that.
import type { Artifact, LeaseRef, QueuedBuild } from "../domain/ports/builds.ts";
import type { BuildEnd } from "../domain/builds/transitions.ts";
import type { LeaseEnd } from "../protocol/builder.ts";

/**
 * reserving: the lock is taken, the row and the credit are being written.
 * queued: the build waits in the pool. offered: a builder was offered it and has not accepted.
 * building: a builder holds the lease. finishing: it has ended, and that is being written.
 */
export type Phase = "reserving" | "queued" | "offered" | "building" | "finishing";

export interface LockState {
  phase: Phase;
  /** Names the build before it has an id. */
  reference: string;
  /** Absent while reserving. */
  build: QueuedBuild | null;
  /** When the alarm should look: the reservation, offer or lease is over then, ms. */
  deadline: number;
  /** When the build is given up if it still waits then, ms. */
  giveUpAt: number;
  /** Accepted leases so far. */
  attempts: number;
  holder: { builderId: number; fencingToken: string; since: number } | null;
  /** The holder's newest upload. */
  artifact: Artifact | null;
  /** Keys of all uploads that ever began: what does not become the build's goes when it ends. */
  uploads: string[];
  /** How the build ended, once that is so. */
  end: BuildEnd | null;
}

/** The state of a lock that knows its build. */
export type BuildState = LockState & { build: QueuedBuild };

/** What is kept of the last build, for late reports and those who still follow its log. */
export interface Ended {
  buildId: number;
  status: BuildEnd["status"];
  errorMessage: string | null;
  holder: LockState["holder"];
}

/** The state of a lock whose build was offered to a builder, or is being made by it. */
export type HeldState = BuildState & { holder: NonNullable<LockState["holder"]> };

export function hasBuild(state: LockState | null): state is BuildState {
  return state !== null && state.build !== null;
}

export function isHeld(state: LockState | null): state is HeldState {
  return hasBuild(state) && state.holder !== null;
}

/** Why `lease` is not the one that counts; null when it is. */
export function leaseEnd(
  state: LockState | null,
  ended: Ended | null,
  lease: LeaseRef,
): LeaseEnd | null {
  if (state?.build?.buildId !== lease.buildId) {
    const isCancelled = ended?.buildId === lease.buildId && ended.status === "cancelled";
    return isCancelled ? "cancelled" : "finished";
  }
  if (state.phase === "finishing") {
    return state.end?.status === "cancelled" ? "cancelled" : "finished";
  }
  return isHeldBy(state.holder, lease) ? null : "lost";
}

/** Whether `lease` speaks for `holder`. */
export function isHeldBy(holder: LockState["holder"], lease: LeaseRef): boolean {
  return holder?.builderId === lease.builderId && holder.fencingToken === lease.fencingToken;
}

/** What a lock keeps in its object's storage. Reads see the newest write at once. */
export class LockStore {
  readonly #storage: DurableObjectStorage;
  readonly #wakeFollowers: () => void;

  /** `wakeFollowers` is called whenever the build's phase has changed. */
  constructor(storage: DurableObjectStorage, wakeFollowers: () => void) {
    this.#storage = storage;
    this.#wakeFollowers = wakeFollowers;
  }

  /** The build that holds the lock, or null. */
  get state(): LockState | null {
    return this.#storage.kv.get<LockState>("state") ?? null;
  }

  /** The build that held it last. */
  get ended(): Ended | null {
    return this.#storage.kv.get<Ended>("ended") ?? null;
  }

  /** The app's id once its deletion began. */
  get deleting(): number | null {
    return this.#storage.kv.get<number>("deleting") ?? null;
  }

  /** Keeps `state`, before anything else can happen, and wakes the object at its deadline. */
  async save(state: LockState): Promise<void> {
    const before = this.state?.phase;
    this.#storage.kv.put("state", state);
    if (before !== state.phase) this.#wakeFollowers();
    await this.wakeAt(state.deadline);
  }

  /** Frees the lock. */
  clear(ended: Ended | null): void {
    this.#storage.kv.delete("state");
    if (ended) this.#storage.kv.put("ended", ended);
    this.#wakeFollowers();
  }

  async markDeleting(appId: number, retryAt: number): Promise<void> {
    this.#storage.kv.put("deleting", appId);
    await this.wakeAt(retryAt);
  }

  /** Sets the object's one alarm. */
  async wakeAt(time: number): Promise<void> {
    await this.#storage.setAlarm(time);
  }
}
