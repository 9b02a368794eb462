// RateLimiter: counts the requests of one key in fixed windows of a minute, exactly. One object a key.
import { DurableObject } from "cloudflare:workers";
import { MINUTE_MS } from "../kit/time.ts";

interface Window {
  resetAt: number;
  count: number;
}

/** Where the present window is kept. */
const WINDOW = "window";

export class RateLimiter extends DurableObject {
  #window: Window | undefined;

  /** Counts one request; `resetAt` is when the minute ends, ms. */
  async hit(): Promise<{ count: number; resetAt: number }> {
    const { storage } = this.ctx;
    const now = Date.now();
    this.#window ??= storage.kv.get<Window>(WINDOW) ?? { resetAt: 0, count: 0 };
    if (this.#window.resetAt <= now) {
      this.#window = { resetAt: now - (now % MINUTE_MS) + MINUTE_MS, count: 0 };
      // the alarm erases the object, so that keys made up by an attacker leave nothing behind
      await storage.setAlarm(this.#window.resetAt + MINUTE_MS, { allowUnconfirmed: true });
    }
    this.#window.count += 1;
    // the count outlives an eviction; the answer does not wait for the disk
    await storage.put(WINDOW, this.#window, { allowUnconfirmed: true });
    return { ...this.#window };
  }

  override async alarm(): Promise<void> {
    const { storage } = this.ctx;
    const window = storage.kv.get<Window>(WINDOW);
    if (window && window.resetAt > Date.now()) {
      await storage.setAlarm(window.resetAt + MINUTE_MS);
      return;
    }
    this.#window = undefined;
    await storage.deleteAll();
  }
}
