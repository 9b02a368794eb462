// Who is at work on which batch of a run, and how long nothing was heard. In memory only, and lost with it: for a
// while after the object woke up, any batch may be claimed by somebody that it no longer knows of.
import { CLAIM_MS, MAX_STALL_MS, STALL_MS } from "./pace.ts";

export class RunClaims {
  readonly #claims = new Map<number, { attempt: number; at: number }>();
  /** Until when there may be claims that are not known here, ms. */
  #unknownUntil: number;
  #heardAt: number;
  /** How much silence means a loss at present, ms. */
  #stallMs = STALL_MS;

  constructor(now: number) {
    this.#heardAt = now;
    this.#unknownUntil = now + STALL_MS;
  }

  /** A run begins or is over: there are no claims. */
  clear(): void {
    this.#claims.clear();
    this.#unknownUntil = 0;
    this.#stallMs = STALL_MS;
  }

  /** The run's batches show life: silence is counted from here. */
  hear(now: number): void {
    this.#heardAt = now;
    this.#stallMs = STALL_MS;
  }

  /** Lost batches are put into the queue again, and get twice the time: a queue that is behind is not flooded. */
  backOff(now: number): void {
    this.#heardAt = now;
    this.#stallMs = Math.min(2 * this.#stallMs, MAX_STALL_MS);
  }

  /** When unclaimed batches are taken for lost unless something is heard, ms. */
  get stalledAt(): number {
    return this.#heardAt + this.#stallMs;
  }

  /** Claims an attempt; false when somebody did before. */
  take(batch: number, attempt: number, now: number): boolean {
    if (this.#claims.get(batch)?.attempt === attempt) return false;
    this.#claims.set(batch, { attempt, at: now });
    return true;
  }

  /** Ends the claim on a batch; false when there was none. */
  release(batch: number): boolean {
    return this.#claims.delete(batch);
  }

  /** Whether somebody may be at work on the batch. */
  isHeld(batch: number, now: number): boolean {
    const claim = this.#claims.get(batch);
    return claim ? claim.at > now - CLAIM_MS : now < this.#unknownUntil;
  }
}
