// The Durable Objects and queues of sending as the domain sees them. Calls cross a process boundary: arguments and
// results are plain data, tickets aside, and every call may be repeated.
import type { Carrier, Provider } from "../../kit/push/credentials.ts";
import type { SubscriberPlatform } from "../../kit/push/subscriber-platform.ts";

/**
 * The two ways of a batch, each with a queue of its own. Recipients whose host keeps messages waiting take the slow one,
 * so that nobody waits behind them.
 */
export type Lane = "ordinary" | "slow";

/** A subscriber as sending needs it. It travels in the queue. */
export interface Recipient {
  id: number;
  /** Decides which platform overrides apply, whatever the provider. */
  platform: SubscriberPlatform;
  provider: Carrier;
  /** The FCM or APNs token, or the Web Push endpoint; empty of one whose inbox is filled. */
  token: string;
  p256dh: string | null;
  auth: string | null;
  /** When the token was stored, ms. */
  since: number;
  /** When the device itself registered its APNs token, ms; undefined if that is not known. */
  registeredAt?: number;
  language: string | null;
}

/** A recipient that a provider is asked for. */
export type Addressed = Recipient & { provider: Provider };

/** Whether a provider is asked for a recipient, instead of its inbox filled. */
export function isAddressed(recipient: Recipient): recipient is Addressed {
  return recipient.provider !== "inbox";
}

/** A message of a batch queue: a batch to send, or those of its recipients that are tried again. */
export interface BatchMessage {
  lane: Lane;
  notificationId: number;
  batch: number;
  /** From 1. */
  attempt: number;
  /** When the message expires and is not delivered any more, ms. */
  expiresAt: number;
  recipients: Recipient[];
}

/** A message of the run queue: notifications whose runs are to be started, a few at a time. */
export interface RunsMessage {
  notificationIds: number[];
}

/** Why a recipient was not sent to. The names are stable: clients see them, and the totals of a notification keep them. */
export const FAILURE_REASONS = [
  /** The token or push subscription is dead: the provider says so, and it was retired. */
  "unregistered",
  /** The subscriber unsubscribed or was deleted while the notification was being sent. */
  "unsubscribed",
  /** The provider refuses the token or the credential, and does not say which. */
  "token_or_credential",
  /** The provider refuses the app's credential, or there is none. */
  "credential",
  /** The provider refuses the message, or the address can't be sent to. */
  "rejected",
  /** The time to live was over before the message was sent. */
  "expired",
  /** Until the last attempt, the provider asked to try later. */
  "unavailable",
  /** Until the last attempt, the provider or push service was not reached or did not answer in time. */
  "no_answer",
  /** Its turn did not come in time, behind a host that keeps messages waiting. */
  "not_tried",
  /** The notification was cancelled before. */
  "cancelled",
  /** A fault of Slipway's own. */
  "internal",
] as const;
export type FailureReason = (typeof FAILURE_REASONS)[number];

/** The outcome of one recipient in one attempt. */
export type Outcome =
  | { id: number; status: "sent" }
  | { id: number; status: "failed" | "gone"; error: string; reason: FailureReason }
  /**
   * Another attempt is needed, in `lane`. There is none later than `limitMs` after the first; undefined: the run's own
   * limits apply.
   */
  | {
      id: number;
      status: "retry";
      error: string;
      reason: FailureReason;
      afterMs: number | null;
      limitMs?: number;
      lane?: Lane;
    }
  /** Nothing was sent, and no attempt counts: the recipient is for `lane`, or the time of the batch was over. */
  | {
      id: number;
      status: "deferred";
      error: string;
      reason: FailureReason;
      limitMs?: number;
      lane: Lane;
    };

/** What is to be known of an app's credential before it is opened. */
export interface PresentCredential {
  id: number;
  provider: Provider;
  /** Grows with each change. */
  version: number;
  /** Who took a message with it, as it is (`takerOf` in kit/push/services.ts). */
  acceptedBy: string[];
}

/** What a batch found out about a provider. */
export interface Finding {
  provider: Provider;
  /** The version of the credential that it used; 0: there was none. */
  version: number;
  /** Who took a message (`takerOf` in kit/push/services.ts). */
  takenBy: string[];
  /** Recipients about whom the provider answered anything but to try again. */
  asked: number;
  /**
   * What the owner should look at, if recipients were refused for a reason that can be the credential's as well as
   * theirs; else null.
   */
  advice: string | null;
  /** The errors of those recipients whose token is dead if the credential is right. */
  retiring: string[];
  /** Who refused so: a few of them. */
  doubtedBy: string[];
  /** Why nobody can be sent to through the provider; null if that is not so. */
  refusal: string | null;
  /** Why a recipient was not reached, if not because its token is dead; null if that is not so. */
  failure: string | null;
}

/** The credentials that providers refused in a run, and why; version 0: there was none. */
export type Refusals = Partial<Record<Provider, { version: number; reason: string }>>;

/** What a claimant is told. */
export interface Claimed {
  /** The providers through which nobody is to be asked. */
  refusals: Refusals;
  /** Who kept earlier batches waiting (`takerOf` in kit/push/services.ts), and how much longer each counts as slow, ms. */
  slow: { host: string; forMs: number }[];
  /** null in the slow lane. */
  ticket: ClaimTicketPort | null;
  /** Ends the session that the ticket is good for. */
  [Symbol.dispose]?: () => void;
}

/**
 * The outcomes of an attempt, what it found out about providers, who kept it waiting, and what is to be counted of it
 * (domain/health).
 */
export type Report = [
  outcomes: Outcome[],
  findings: Finding[],
  slow: string[],
  attempts?: Record<string, number>,
];

/** With it the claimant of an attempt reports on it, as by `complete` of the run, in the session of its claim. */
export interface ClaimTicketPort {
  /** Fails for good when the session broke, because the object was moved or lost its memory. */
  complete: (...report: Report) => Promise<void>;
}

/** Where a recipient stands after its attempts so far. */
export type RecipientStatus = "sent" | "failed" | "gone" | "pending";

/** A row of results: those of a batch's recipients and of the few batches after it (`firstInRow` in notifications/results.ts). */
export interface PackedRow {
  /** The first of the batches. */
  batch: number;
  /** Packed by `packResults` (notifications/results.ts). */
  results: string;
}

/** A send to a few devices that needs no run. Its row says `sending`, and that no run sends it. */
export interface DirectSend {
  id: number;
  uuid: string;
  accountId: number;
  appId: number;
  /** As the row holds it. */
  content: Record<string, unknown>;
  /** What the app fills in. */
  defaults: { icon: string | null; url: string | null };
  /** When the message expires and is not delivered any more, ms. */
  expiresAt: number;
  /** In the order of their ids. */
  recipients: Recipient[];
  /** The credentials that the app has. */
  credentials: PresentCredential[];
}

export interface DirectPort {
  /** Whether one of the recipients would probably keep a message of the account waiting, as this isolate has seen. */
  isAnySlow: (accountId: number, recipients: readonly Recipient[]) => boolean;
  /**
   * Sends, and records how it ended; whoever is to be tried again goes to a run. Meant for the tail of a request. Throws
   * where that could not be recorded: the follow-up finds the row (notifications/direct).
   */
  send: (direct: DirectSend) => Promise<void>;
}

/** A send that began without a run, which goes on with it. */
export interface TakenOver {
  id: number;
  /** When the message expires, ms. */
  expiresAt: number;
  /** All recipients, in the order of their ids. */
  recipients: Pick<Recipient, "id" | "provider">[];
}

export interface NotificationRunPort {
  /** Makes the object send the notification at `at`, ms. */
  schedule: (notificationId: number, at: number) => Promise<void>;
  /** Starts to send a notification whose row says `sending`. */
  start: (notificationId: number) => Promise<void>;
  /**
   * Does the same, and returns once the first batches are cut: who starts many runs starts a few at a time. If that is cut
   * off, the run's alarm goes on.
   */
  begin: (notificationId: number) => Promise<void>;
  /**
   * Goes on with a send that began without a run: all recipients are its batch 0, and `report` is on the first attempt at that.
   * Does no more than `start` where the run is on.
   */
  takeOver: (taken: TakenOver, ...report: Report) => Promise<void>;
  /** Stops sending to recipients that have not been handed to a provider yet. */
  cancel: (notificationId: number) => Promise<void>;
  /**
   * Claims an attempt at a batch for the caller. Returns null, and nothing is to be sent, when that attempt was claimed before,
   * when the batch is done or at another attempt, or when the run is stopped or has ended.
   */
  claim: (batch: number, attempt: number) => Promise<Claimed | null>;
  /** Takes the report on an attempt, once: whoever could not make it with the ticket makes it so. */
  complete: (batch: number, attempt: number, ...report: Report) => Promise<void>;
  /**
   * Returns the present results of the batches cut so far: at most `limit` rows that begin with batch number `from` or a
   * later one, and only those with a recipient of `status` (null for any). Returns null when the run has ended or has not
   * begun.
   */
  results: (
    from: number,
    status: RecipientStatus | null,
    limit: number,
  ) => Promise<PackedRow[] | null>;
  /**
   * Returns the present results of those of these subscribers who are in a batch that was cut, packed by `packResults`
   * (notifications/results.ts); null when the run has ended or has not begun.
   */
  resultsOf: (subscriberIds: number[]) => Promise<string | null>;
  /** Clears the object. Calls that come later find no run. */
  clear: () => Promise<void>;
}

/** Batches that a run has out in a lane, in its queue or claimed, and how many more it wants to put there. */
export interface Wanted {
  out: number;
  wanted: number;
}

export interface SendingSharePort {
  /**
   * Reports what `run` has out, and asks for more. Returns how many batches it may put into each lane now. A run that got
   * fewer than it wanted asks again after `againMs`.
   */
  ask: (
    run: number,
    lanes: Record<Lane, Wanted>,
  ) => Promise<Record<Lane, number> & { againMs: number }>;
}

export interface ProviderTokenPort {
  /**
   * Returns the bearer token of a credential, minted once for all isolates by the object of its key. `stale` is a
   * token that the provider refused. `version` is that of the credential it was made for; 0: it is good for any.
   */
  token: (
    credentialId: number,
    stale: string | null,
  ) => Promise<
    | { ok: true; token: string; expiresAt: number; version: number }
    | { ok: false; retry: boolean; reason: string }
  >;
}
