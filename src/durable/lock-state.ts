// What a BuildLock knows of the build that holds it, and the questions that state alone answers.
import type { Artifact, LeaseRef, QueuedBuild } from "../domain/builds/ports.ts";
import type { Outcome } from "../domain/builds/transitions.ts";
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
  artifact: Artifact | null;
  outcome: Outcome | null;
}

/** Why `lease` is not the one that counts; null when it is. */
export function leaseEnd(
  state: LockState | null,
  ended: { buildId: number; reason: LeaseEnd } | null,
  lease: LeaseRef,
): LeaseEnd | null {
  if (!state || state.build?.buildId !== lease.buildId) {
    return ended?.buildId === lease.buildId ? ended.reason : "finished";
  }
  if (state.phase === "finishing") {
    return state.outcome?.status === "cancelled" ? "cancelled" : "finished";
  }
  const isHolder =
    state.holder?.builderId === lease.builderId &&
    state.holder.fencingToken === lease.fencingToken;
  return isHolder ? null : "lost";
}

/** What is kept of the last build, to answer its late reports. */
export interface Ended {
  buildId: number;
  reason: LeaseEnd;
  holder: LockState["holder"];
}

/** What a lock keeps in its object's storage. Reads see the newest write at once. */
export class LockStore {
  readonly #storage: DurableObjectStorage;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
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

  /** Keeps `state` and wakes the object at its deadline. */
  async save(state: LockState): Promise<void> {
    this.#storage.kv.put("state", state);
    await this.#storage.setAlarm(state.deadline);
  }

  /** Frees the lock. */
  clear(ended: Ended | null): void {
    this.#storage.kv.delete("state");
    if (ended) this.#storage.kv.put("ended", ended);
  }

  async markDeleting(appId: number, retryAt: number): Promise<void> {
    this.#storage.kv.put("deleting", appId);
    await this.#storage.setAlarm(retryAt);
  }

  /** A token greater than any before. */
  nextToken(): string {
    const token = (this.#storage.kv.get<number>("tokens") ?? 0) + 1;
    this.#storage.kv.put("tokens", token);
    return String(token);
  }
}
