// The state of a BuildLock: the build that holds it, and how that is stored.
import type { Artifact, LeaseRef, QueuedBuild } from "../domain/ports/builds.ts";
import type { Hashes } from "../domain/builds/failed-icons.ts";
import type { PictureHashes } from "../domain/builds/build-pictures.ts";
import type { BuildEnd } from "../domain/builds/transitions.ts";
import type { LeaseEnd } from "../protocol/builder.ts";

/**
 * reserving: the lock is taken, and the row and the credit are being written. queued: the build waits in the pool.
 * offered: it was offered to a builder that has not accepted yet. building: a builder holds the lease. finishing: the
 * build has ended, and its end is being written.
 */
export type Phase = "reserving" | "queued" | "offered" | "building" | "finishing";

/** The build that holds a lock, with the hashes of its pictures. */
type LockedBuild = QueuedBuild & PictureHashes;

export interface LockState {
  phase: Phase;
  /** Identifies the build before it has an id. */
  reference: string;
  /** Absent while reserving. */
  build: LockedBuild | null;
  /** When the alarm is to come, ms: the reservation, offer or lease has ended then. */
  deadline: number;
  /** When the build fails if it still waits, ms. */
  giveUpAt: number;
  /** Number of leases accepted so far. */
  attempts: number;
  holder: { builderId: number; fencingToken: string; since: number } | null;
  /** The newest artifact that the holder has uploaded. */
  artifact: Artifact | null;
  /** Keys of all uploads that were begun; those that do not become the build's artifact are deleted when it ends. */
  uploads: string[];
  /** How the build ended; null while it has not. */
  end: BuildEnd | null;
}

/** The state of a lock whose build has an id. */
export type BuildState = LockState & { build: LockedBuild };

/** What is kept of the previous build, for late reports and for those who still follow its log. */
export interface Ended {
  buildId: number;
  status: BuildEnd["status"];
  errorMessage: string | null;
  holder: LockState["holder"];
}

/** The state of a lock whose build is offered to a builder, or being made by it. */
export type HeldState = BuildState & { holder: NonNullable<LockState["holder"]> };

/**
 * Returns the hashes of the pictures that the build has. That of a layer has what it is before it: a picture that is empty as a
 * layer, as an all-white one is in one colour, may be a good icon.
 */
export function hashesOf({ build }: BuildState): Hashes {
  const { iconSha256, foregroundSha256, monochromeSha256 } = build;
  return {
    ...(iconSha256 && { icon: iconSha256 }),
    ...(foregroundSha256 && { foreground: `foreground:${foregroundSha256}` }),
    ...(monochromeSha256 && { monochrome: `monochrome:${monochromeSha256}` }),
  };
}

/** Whether the lock is taken and its build has an id. */
export function hasBuild(state: LockState | null): state is BuildState {
  return state !== null && state.build !== null;
}

/** Whether the lock's build is offered to a builder, or being made by it. */
export function isHeld(state: LockState | null): state is HeldState {
  return hasBuild(state) && state.holder !== null;
}

/** Returns why `lease` has ended; null when it is the present lease. */
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

/** Whether `lease` is that of `holder`. */
export function isHeldBy(holder: LockState["holder"], lease: LeaseRef): boolean {
  return holder?.builderId === lease.builderId && holder.fencingToken === lease.fencingToken;
}

/** The lock's storage in its object. Reads return the newest write at once. */
export class LockStore {
  readonly #storage: DurableObjectStorage;
  readonly #wakeFollowers: () => void;

  /** `wakeFollowers` is called whenever the phase of the build has changed. */
  constructor(storage: DurableObjectStorage, wakeFollowers: () => void) {
    this.#storage = storage;
    this.#wakeFollowers = wakeFollowers;
  }

  /** The build that holds the lock, or null. */
  get state(): LockState | null {
    return this.#storage.kv.get<LockState>("state") ?? null;
  }

  /** The build that held the lock before. */
  get ended(): Ended | null {
    return this.#storage.kv.get<Ended>("ended") ?? null;
  }

  /** The app's id once its deletion has begun. */
  get deleting(): number | null {
    return this.#storage.kv.get<number>("deleting") ?? null;
  }

  /** Stores `state`, before anything else can happen, and sets the alarm to its deadline. */
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

  /** Records that the app's deletion has begun, and sets the alarm to `retryAt`, ms, in case it is interrupted. */
  async markDeleting(appId: number, retryAt: number): Promise<void> {
    this.#storage.kv.put("deleting", appId);
    await this.wakeAt(retryAt);
  }

  /** Sets the object's one alarm to `time`, ms. */
  async wakeAt(time: number): Promise<void> {
    await this.#storage.setAlarm(time);
  }
}
