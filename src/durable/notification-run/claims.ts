// Which batches of a run are claimed, and for how long the run has been silent. This is in memory only. So for a
// while after the object has lost its memory, any batch may be claimed without this knowing it.
import { CLAIM_MS, MAX_STALL_MS, STALL_MS } from "./pace.ts";

export class RunClaims {
  readonly #claims = new Map<number, { attempt: number; at: number }>();
  /** Until when there may be claims that are unknown here, ms. */
  #unknownUntil: number;
  #heardAt: number;
  /** How often lost batches were requeued in vain since. */
  #requeues = 0;

  constructor(now: number) {
    this.#heardAt = now;
    this.#unknownUntil = now + STALL_MS;
  }

  /** Called when a run begins or has ended: there are no claims. */
  clear(): void {
    this.#claims.clear();
    this.#requeues = 0;
    this.#unknownUntil = 0;
  }

  /** Called when a batch was claimed or reported on: the silence is counted from here. */
  noteActivity(now: number): void {
    this.#heardAt = now;
    this.#requeues = 0;
  }

  /**
   * Called when lost batches are requeued: doubles the silence that means a loss, so that a slow queue is not
   * flooded.
   */
  backOff(now: number): void {
    this.#heardAt = now;
    this.#requeues += 1;
  }

  /** Whether unclaimed batches count as lost. `stallMs` is the silence that first means a loss. */
  isStalled(stallMs: number, now: number): boolean {
    return now >= this.#heardAt + Math.min(stallMs * 2 ** this.#requeues, MAX_STALL_MS);
  }

  /** Claims an attempt; returns false when it is claimed already. */
  take(batch: number, attempt: number, now: number): boolean {
    if (this.#claims.get(batch)?.attempt === attempt) return false;
    this.#claims.set(batch, { attempt, at: now });
    return true;
  }

  /** Ends the claim on a batch; returns false when there was none. */
  release(batch: number): boolean {
    return this.#claims.delete(batch);
  }

  /** Whether the batch may be claimed. */
  isHeld(batch: number, now: number): boolean {
    const claim = this.#claims.get(batch);
    return claim ? claim.at > now - CLAIM_MS : now < this.#unknownUntil;
  }
}
