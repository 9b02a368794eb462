// EstimateGate: one object for each account, which lets its estimates of audiences in one after the other, in the order in
// which they came.
//
// It keeps nothing: what it knows is in memory. Where that is lost, two estimates may run at once for once. Whoever is in has
// a lease, so one that ends without a word keeps nobody out for longer than that.
import { DurableObject } from "cloudflare:workers";
import type { EstimateGatePort } from "../domain/ports/limits.ts";

/** Most that wait: more than a few have asked in the time that one waits only if nobody reads the answers. */
const MAX_WAITING = 20;

/** One that waits. */
interface Waiter {
  /** Has it look again whether it is its turn. */
  wake: () => void;
}

export class EstimateGate extends DurableObject implements EstimateGatePort {
  /** Who is in, and until when that counts, ms. */
  #inside: { turn: string; until: number } | null = null;
  /** In the order of their arrival. */
  readonly #line: Waiter[] = [];

  async enter(waitMs: number, leaseMs: number): Promise<string | null> {
    if (this.#line.length >= MAX_WAITING) return null;
    const deadline = Date.now() + waitMs;
    const waiter: Waiter = { wake: () => undefined };
    this.#line.push(waiter);
    try {
      for (;;) {
        const now = Date.now();
        const freeAt = this.#inside?.until ?? now;
        if (freeAt <= now && this.#line[0] === waiter) return this.#letIn(now + leaseMs);
        if (deadline <= now) return null;
        // The first one also looks when the lease of who is in has ended.
        const until = freeAt > now ? Math.min(deadline, freeAt) : deadline;
        await sleep(waiter, until - now);
      }
    } finally {
      this.#line.splice(this.#line.indexOf(waiter), 1);
      // The turn may be that of the next one, as when the one before did not wait for it any longer.
      this.#line[0]?.wake();
    }
  }

  async leave(turn: string): Promise<void> {
    // One whose lease has ended has nothing to give back.
    if (this.#inside?.turn !== turn) return;
    this.#inside = null;
    this.#line[0]?.wake();
  }

  #letIn(until: number): string {
    const turn = crypto.randomUUID();
    this.#inside = { turn, until };
    return turn;
  }
}

/** Waits until `waiter` is woken, at most `ms`. */
async function sleep(waiter: Waiter, ms: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    waiter.wake = () => {
      clearTimeout(timer);
      resolve();
    };
  });
}
