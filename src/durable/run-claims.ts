// Who is at work on which batch of a run. In memory only: it is the one thing that is lost with it, so for a
// while after the object woke up, a batch nobody claimed may still be somebody's.

/** A claim is void after this, ms: longer than 50 sends of 10 s each, six at a time, and a new token take. */
export const CLAIM_MS = 150_000;
/** Nothing heard for this long: what is out is taken for lost, ms. */
export const STALL_MS = 20_000;

export class RunClaims {
  readonly #claims = new Map<number, { attempt: number; at: number }>();
  /** Until when claims may exist that are not known here, ms. */
  #unknownUntil: number;
  #heardAt: number;

  constructor(now: number) {
    this.#heardAt = now;
    this.#unknownUntil = now + STALL_MS;
  }

  /** A run begins, or ended: there are no claims. */
  clear(): void {
    this.#claims.clear();
    this.#unknownUntil = 0;
  }

  /** The run's batches show life: the stall is counted from here. */
  hear(now: number): void {
    this.#heardAt = now;
  }

  /** When what is out is taken for lost unless something is heard, ms. */
  get stalledAt(): number {
    return this.#heardAt + STALL_MS;
  }

  /** When anything was last heard of the run's batches, ms. */
  get heardAt(): number {
    return this.#heardAt;
  }

  /** Claims an attempt; false while somebody else holds it. */
  take(batch: number, attempt: number, now: number): boolean {
    const claim = this.#claims.get(batch);
    if (claim?.attempt === attempt && claim.at > now - CLAIM_MS) return false;
    this.#claims.set(batch, { attempt, at: now });
    return true;
  }

  release(batch: number): void {
    this.#claims.delete(batch);
  }

  /** Whether somebody may be at work on the batch. */
  isHeld(batch: number, now: number): boolean {
    const claim = this.#claims.get(batch);
    return claim ? claim.at > now - CLAIM_MS : now < this.#unknownUntil;
  }
}
