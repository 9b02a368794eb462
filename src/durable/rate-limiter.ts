// RateLimiter: counts requests in fixed windows, of a minute unless its caller wants another, exactly. There is one object for
// each API key, and for each account, channel or address that a limit counts by. When its window ends, the object ends with it.
import { DurableObject } from "cloudflare:workers";
import { MINUTE_MS } from "../kit/time.ts";

interface Window {
  resetAt: number;
  count: number;
}

/** The entry that holds the present window. */
const WINDOW = "window";

export class RateLimiter extends DurableObject {
  #window: Window | undefined;

  /**
   * Counts one request. Returns the count of the window, and when that ends, `resetAt`, ms. Windows are the minutes of the
   * clock; one of another length, `windowMs`, begins with its first request.
   */
  async hit(windowMs?: number): Promise<Window> {
    const { storage } = this.ctx;
    const now = Date.now();
    const last = this.#window ?? storage.kv.get<Window>(WINDOW);
    const isNew = last === undefined || last.resetAt <= now;
    const end = windowMs === undefined ? now - (now % MINUTE_MS) + MINUTE_MS : now + windowMs;
    const resetAt = isNew ? end : last.resetAt;
    const window = { resetAt, count: isNew ? 1 : last.count + 1 };
    this.#window = window;
    // The count survives an eviction, but the answer does not wait until it is on disk.
    const kept = storage.put(WINDOW, window, { allowUnconfirmed: true });
    // The alarm clears the object, so that addresses which never come back leave nothing behind.
    if (isNew) await storage.setAlarm(resetAt, { allowUnconfirmed: true });
    await kept;
    return window;
  }

  /** The requests of the present window, without counting one. Of an object that counts none, nothing is stored. */
  async peek(): Promise<number> {
    const window = this.#window ?? this.ctx.storage.kv.get<Window>(WINDOW);
    return window !== undefined && window.resetAt > Date.now() ? window.count : 0;
  }

  /** Clears the object, unless a next minute has begun meanwhile: then it waits for the end of that one. */
  override async alarm(): Promise<void> {
    const { storage } = this.ctx;
    const window = storage.kv.get<Window>(WINDOW);
    if (window && window.resetAt > Date.now()) {
      await storage.setAlarm(window.resetAt);
      return;
    }
    this.#window = undefined;
    await storage.deleteAll();
  }
}
