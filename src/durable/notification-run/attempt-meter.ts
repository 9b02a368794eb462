// What the attempts of a run's batches took, until it is counted among the installation's: in memory alone, since it would
// cost a row a batch to keep. Of a run that loses its memory, two minutes at most are not counted.
import type { Counts } from "../../domain/health/meters.ts";
import { MINUTE_MS } from "../../kit/time.ts";

/** How often a run that is on is counted, ms: each time writes a row. */
const EVERY_MS = 2 * MINUTE_MS;
/** Most kinds of counts that are kept, of which slow hosts are a part. */
const MOST_KEYS = 200;

export class AttemptMeter {
  #counts: Counts = {};
  /** When it was last taken, ms. */
  #takenAt = 0;

  /** Adds what an attempt took, once. */
  note(attempt: Counts): void {
    for (const [key, count] of Object.entries(attempt)) {
      const known = this.#counts[key];
      if (known === undefined && Object.keys(this.#counts).length >= MOST_KEYS) continue;
      this.#counts[key] = (known ?? 0) + count;
    }
  }

  /** Hands over all that was added since the last time. */
  take(): Counts {
    const taken = this.#counts;
    this.#counts = {};
    return taken;
  }

  /** The same where it is time to count the run; null before that. */
  takeDue(now: number): Counts | null {
    if (now < this.#takenAt + EVERY_MS) return null;
    this.#takenAt = now;
    return this.take();
  }
}
