// What the sending of webhooks shares beyond an invocation, as the domain sees it.

/** The Durable Object of an account's lane. The call crosses a process boundary, and may be repeated. */
export interface WebhookLanePort {
  /** Makes the lane look at its deliveries at `at`, ms, or earlier. */
  wake: (accountId: number, at: number) => Promise<void>;
}

/** What an isolate has under way for each account (domain/webhooks/in-flight.ts). */
export interface InFlightPort {
  /**
   * Counts a piece of work for the account and returns what ends it; null if `most` are under way. It stops counting
   * after `forMs` too.
   */
  begin: (account: number, most: number, forMs: number) => (() => void) | null;
}
