// The Durable Object of an account's lane as the domain sees it. The call crosses a process boundary, and may be
// repeated.

export interface WebhookLanePort {
  /** Makes the lane look at its deliveries at `at`, ms, or earlier. */
  wake: (accountId: number, at: number) => Promise<void>;
}
