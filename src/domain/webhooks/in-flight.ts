// What an isolate has under way for each account, so that the work of one does not take all there is room for.
import { Bounded } from "../../kit/bounded.ts";
import type { InFlightPort } from "../ports/webhooks.ts";

/** Most accounts whose work an isolate counts. */
const MAX_ACCOUNTS = 500;

/** A piece of work, which counts until it ends, or until then at the latest, ms. */
interface Work {
  until: number;
}

export class InFlight implements InFlightPort {
  readonly #accounts = new Bounded<number, Set<Work>>(MAX_ACCOUNTS);
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** It stops counting after `forMs` too, since an invocation that is cut off ends nothing. */
  begin(account: number, most: number, forMs: number): (() => void) | null {
    const now = this.#now();
    const underWay = this.#accounts.get(account) ?? this.#accounts.put(account, new Set());
    for (const work of underWay) if (work.until <= now) underWay.delete(work);
    if (underWay.size >= most) return null;
    const work = { until: now + forMs };
    underWay.add(work);
    return () => void underWay.delete(work);
  }
}
