// The Durable Objects and queues of sending as the domain sees them. Calls cross a process boundary:
// arguments and answers are plain data, and every call may be repeated.
import type { Provider } from "../../kit/push/credentials.ts";

/** Recipients in a batch: a Worker's free plan allows 50 outside calls an invocation. */
export const BATCH_SIZE = 50;

/** A subscriber as sending needs it; travels in the queue, so keys are short. */
export interface Recipient {
  id: number;
  provider: Provider;
  /** The FCM or APNs token, or the Web Push endpoint. */
  token: string;
  p256dh: string | null;
  auth: string | null;
  /** When the token was registered, ms. */
  since: number;
  language: string | null;
}

/** What the batch queue carries: a batch to send, or those of its recipients who are tried again. */
export interface BatchMessage {
  notificationId: number;
  batch: number;
  /** 1 at first. */
  attempt: number;
  /** When the message is worth nothing any more, ms. */
  expiresAt: number;
  recipients: Recipient[];
}

/** What became of one recipient in one attempt. */
export type Outcome =
  | { id: number; status: "sent" }
  | { id: number; status: "failed" | "gone"; error: string }
  | { id: number; status: "retry"; error: string; afterMs: number | null };

/** A provider that can't be used for this app, and why. */
export interface ProviderFault {
  provider: Provider;
  reason: string;
  /** How many recipients were refused, all of a batch, where that is all there is to say so; null: it is certain. */
  refused: number | null;
}

/** What a batch found out about providers. */
export interface Findings {
  faults: ProviderFault[];
  /** Those that took a message. */
  reached: Provider[];
}

/** Where a recipient stands after its attempts so far. */
export type RecipientStatus = "sent" | "failed" | "gone" | "pending";

/** What became of a batch's recipients. */
export interface PackedBatch {
  batch: number;
  /** `packResults` (notifications/results.ts) made it. */
  outcomes: string;
}

export interface NotificationRunPort {
  /** Has the object send the notification at `at`, ms. */
  schedule: (notificationId: number, at: number) => Promise<void>;
  /** Begins sending a notification whose row says 'sending'. */
  start: (notificationId: number) => Promise<void>;
  /** Stops what has not been handed to a provider yet. */
  cancel: (notificationId: number) => Promise<void>;
  /**
   * Reserves an attempt at a batch for the caller. Answers false, and nothing is to be sent, when somebody else
   * claimed that attempt, the batch is at another one or done, or the run is stopped or over.
   */
  claim: (batch: number, attempt: number) => Promise<boolean>;
  /** Notes what became of an attempt. A fault may stop the run: its reason is what the owner is told. */
  complete: (
    batch: number,
    attempt: number,
    outcomes: Outcome[],
    findings: Findings | null,
  ) => Promise<void>;
  /**
   * Results of the batches cut so far, from number `from` on, as they stand: at most `limit` batches, and only
   * those with a recipient of `status` (null: any). null: the run is over, or has not begun.
   */
  results: (
    from: number,
    status: RecipientStatus | null,
    limit: number,
  ) => Promise<PackedBatch[] | null>;
  /** Makes the object keep nothing any more. Late calls then find no run. */
  clear: () => Promise<void>;
}

export interface ProviderTokenPort {
  /**
   * The bearer token of a credential, minted once for all isolates by the object of its key. `stale` names one a provider refused.
   */
  token: (
    credentialId: number,
    stale: string | null,
  ) => Promise<
    { ok: true; token: string; expiresAt: number } | { ok: false; retry: boolean; reason: string }
  >;
}
