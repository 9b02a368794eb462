// How the domain and operations see what counts requests, and what has estimates wait for one another.

export interface RateLimiterPort {
  /**
   * Counts a request in the present window, which is the minute of the clock or, with `windowMs`, begins with the first
   * request. Returns the window's count, and when it ends, `resetAt`, ms.
   */
  hit: (windowMs?: number) => Promise<{ count: number; resetAt: number }>;
  /** Returns the present window's count, and counts nothing. */
  peek: () => Promise<number>;
}

/** What lets the estimates of an account in one at a time. */
export interface EstimateGatePort {
  /**
   * Waits for its turn, `waitMs` at most, and returns it, or null where it did not come. It ends with `leave`, or else after
   * `leaseMs`.
   */
  enter: (waitMs: number, leaseMs: number) => Promise<string | null>;
  leave: (turn: string) => Promise<void>;
}
