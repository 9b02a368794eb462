// Records the requests at one door of the stand-in: counts of all, and the last accepted messages in full.
import { Ring } from "./ring.ts";

/** Most messages kept: with the largest payload (4 KiB) about 40 MiB for each provider. */
const DELIVERIES_KEPT = 10_000;

/** A message that the provider accepted for a recipient. */
export interface AcceptedMessage {
  /** The provider's own id of the message. */
  id: string;
  /** FCM or APNs token, topic as `/topics/x`, or the id in the path of a push endpoint. */
  recipient: string;
  /** Unix time, ms. */
  at: number;
  /** The request headers that speak about delivery, in lower case. */
  headers: Record<string, string>;
  /** Body as it came over the wire, bytes. */
  size: number;
  /** FCM: the message; APNs: the payload; Web Push: the decrypted text, null when it can't be decrypted. */
  content: unknown;
}

/** Counts of one door since the last reset. */
export interface Counts {
  requests: number;
  /** Accepted requests, including those that were only validated. */
  accepted: number;
  /** Number of refusals by reason. */
  refused: Record<string, number>;
  /** Number of scripted faults by kind. */
  faults: Record<string, number>;
  in_flight: number;
  max_in_flight: number;
}

export class Ledger {
  readonly deliveries = new Ring<AcceptedMessage>(DELIVERIES_KEPT);
  #requests = 0;
  #accepted = 0;
  #refused = new Map<string, number>();
  #faults = new Map<string, number>();
  #inFlight = 0;
  #maxInFlight = 0;

  /** Notes that a request began. */
  begin(): void {
    this.#requests += 1;
    this.#inFlight += 1;
    if (this.#inFlight > this.#maxInFlight) this.#maxInFlight = this.#inFlight;
  }

  /** Notes that a request ended: it was answered, cut or abandoned. */
  end(): void {
    this.#inFlight -= 1;
  }

  /** Notes the provider's answer: the reason of a refusal, or null for a success. */
  answered(reason: string | null): void {
    if (reason === null) this.#accepted += 1;
    else this.#refused.set(reason, (this.#refused.get(reason) ?? 0) + 1);
  }

  struck(fault: string): void {
    this.#faults.set(fault, (this.#faults.get(fault) ?? 0) + 1);
  }

  counts(): Counts {
    return {
      requests: this.#requests,
      accepted: this.#accepted,
      refused: Object.fromEntries(this.#refused),
      faults: Object.fromEntries(this.#faults),
      in_flight: this.#inFlight,
      max_in_flight: this.#maxInFlight,
    };
  }

  /** Clears everything but the requests in flight. */
  reset(): void {
    this.deliveries.clear();
    this.#requests = 0;
    this.#accepted = 0;
    this.#refused.clear();
    this.#faults.clear();
    this.#maxInFlight = this.#inFlight;
  }
}
