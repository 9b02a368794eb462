// Who is at work on which batch of a run. In memory only: it is the one thing that is lost with it, so for a
// while after the object woke up, a batch nobody claimed may still be somebody's.
import { MINUTE_MS, SECOND_MS } from "../kit/time.ts";

/** A claim is void after this, ms: longer than 50 sends of 10 s each, six at a time, and a new token take. */
export const CLAIM_MS = 150 * SECOND_MS;
/** Nothing heard for this long: what is out is taken for lost, ms. */
export const STALL_MS = 20 * SECOND_MS;
/** As much silence at most before what was sent again in vain is sent again, ms. */
const MAX_STALL_MS = 10 * MINUTE_MS;

export class RunClaims {
  readonly #claims = new Map<number, { attempt: number; at: number }>();
  /** Until when claims may exist that are not known here, ms. */
  #unknownUntil: number;
  #heardAt: number;
  /** How much silence means a loss now, ms. */
  #stallMs = STALL_MS;

  constructor(now: number) {
    this.#heardAt = now;
    this.#unknownUntil = now + STALL_MS;
  }

  /** A run begins, or ended: there are no claims. */
  clear(): void {
    this.#claims.clear();
    this.#unknownUntil = 0;
    this.#stallMs = STALL_MS;
  }

  /** The run's batches show life: the stall is counted from here. */
  hear(now: number): void {
    this.#heardAt = now;
    this.#stallMs = STALL_MS;
  }

  /** What was lost goes out again: it gets twice the time, so that a queue that is behind is not flooded. */
  backOff(now: number): void {
    this.#heardAt = now;
    this.#stallMs = Math.min(2 * this.#stallMs, MAX_STALL_MS);
  }

  /** When what is out is taken for lost unless something is heard, ms. */
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
