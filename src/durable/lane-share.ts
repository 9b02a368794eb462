// How many batches an account's runs may have out in one lane, and which run gets how many. Pure: the time is passed in.
import type { Lane, Wanted } from "../domain/ports/notifications.ts";
import { SECOND_MS } from "../kit/time.ts";

/** How a lane is divided. */
interface Division {
  /** Batches that an account may have out. */
  share: number;
  /** Batches beyond the share, for runs that want a single one: these wait behind no broadcast of the same account. */
  reserve: number;
  /** Batches that are kept for each run that asked before. */
  grain: number;
  /** How long a report counts, ms: longer than a run with batches out takes to report again. */
  reportMs: number;
  /** How long a run waits before it asks again, for each of those before it, ms. */
  waitMs: number;
}

/**
 * Of the ordinary lane an account may have 100 batches out: two seconds of the local stack's single consumer, and less than
 * half of the 250 that are deployed. Of the slow lane it has three, each of which may take half a minute.
 */
export const DIVISIONS: Record<Lane, Division> = {
  ordinary: { share: 100, reserve: 300, grain: 20, reportMs: 12 * SECOND_MS, waitMs: SECOND_MS },
  slow: { share: 3, reserve: 0, grain: 1, reportMs: 60 * SECOND_MS, waitMs: 4 * SECOND_MS },
};

/** Longest wait before a run asks again, ms. */
const MAX_WAIT_MS = 20 * SECOND_MS;

/** What is given, and after how long a run that wants more asks again, ms. */
interface Given {
  granted: number;
  againMs: number;
}

/** One lane's share. */
export class LaneShare {
  readonly #division: Division;
  /** What each run has out, and until when that counts, ms. */
  readonly #out = new Map<number, { out: number; until: number }>();
  /** The runs that wait, in the order in which they asked first, and until when each keeps its place, ms. */
  readonly #line = new Map<number, number>();

  constructor(division: Division) {
    this.#division = division;
  }

  /** Takes a run's report, and gives it as many of those it wants as it may put out now. */
  ask(run: number, { out, wanted }: Wanted, now: number): Given {
    this.#forget(now);
    const { share, reserve, grain, reportMs, waitMs } = this.#division;
    this.#out.delete(run);
    const free = share - out - [...this.#out.values()].reduce((sum, one) => sum + one.out, 0);
    const runs = [...this.#line.keys()];
    const place = runs.indexOf(run);
    const ahead = place < 0 ? runs.length : place;
    const isSingle = reserve > 0 && wanted === 1 && out === 0 && free + reserve > 0;
    const granted = isSingle ? 1 : Math.max(0, Math.min(wanted, free - ahead * grain));
    const againMs = Math.min((ahead + 1) * waitMs, MAX_WAIT_MS);
    if (granted > 0 || wanted === 0) this.#line.delete(run);
    else this.#line.set(run, now + againMs + MAX_WAIT_MS);
    if (out + granted > 0) this.#out.set(run, { out: out + granted, until: now + reportMs });
    return { granted, againMs };
  }

  #forget(now: number): void {
    for (const [run, { until }] of this.#out) if (until <= now) this.#out.delete(run);
    for (const [run, until] of this.#line) if (until <= now) this.#line.delete(run);
  }
}
