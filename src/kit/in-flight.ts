// What an isolate has under way for each customer, so that one customer's work does not take all there is room for.
import { Bounded } from "./bounded.ts";

/** Most customers whose work an isolate counts. */
const MAX_OWNERS = 500;

/** A piece of work, which counts until it ends, or until then at the latest, ms. */
interface Work {
  until: number;
}

export class InFlight {
  readonly #owners = new Bounded<number, Set<Work>>(MAX_OWNERS);
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * Counts a piece of work for `owner` and returns what ends it; null if `most` are under way. It stops counting after
   * `forMs` too, since an invocation that is cut off ends nothing.
   */
  begin(owner: number, most: number, forMs: number): (() => void) | null {
    const now = this.#now();
    const underWay = this.#owners.get(owner) ?? this.#owners.put(owner, new Set());
    for (const work of underWay) if (work.until <= now) underWay.delete(work);
    if (underWay.size >= most) return null;
    const work = { until: now + forMs };
    underWay.add(work);
    return () => void underWay.delete(work);
  }
}
