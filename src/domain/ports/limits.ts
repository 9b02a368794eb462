// How the domain and operations see what counts requests.

export interface RateLimiterPort {
  /**
   * Counts a request in the present window, which is the minute of the clock or, with `windowMs`, begins with the first
   * request. Returns the window's count, and when it ends, `resetAt`, ms.
   */
  hit: (windowMs?: number) => Promise<{ count: number; resetAt: number }>;
}
