// The platform's queues as the domain sees them.

/** The queues by what waits in them. */
export const QUEUES = ["batches", "slow_batches", "runs", "webhooks"] as const;
export type QueueName = (typeof QUEUES)[number];

/** How much waits in a queue. */
export interface QueueBacklog {
  queue: QueueName;
  /** Messages that are not taken yet; null where the platform did not tell. */
  messages: number | null;
  /** When the oldest of them was put there, ms; null for none, or where that is not known. */
  oldestAt: number | null;
}
