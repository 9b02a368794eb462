// What happened at one door of the stand-in: counts for every request, and the last deliveries in full.
import { Ring } from "./bounded.ts";

/** Deliveries kept for reading back: with the largest payload (4 KiB) about 40 MiB a provider. */
const DELIVERIES_KEPT = 10_000;

/** One message that a provider took for a recipient. */
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
  /** Requests with the provider's yes (what was only validated included). */
  accepted: number;
  /** By reason: how often the provider said no. */
  refused: Record<string, number>;
  /** By kind: how often a scripted fault struck. */
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

  /** A request came in. */
  begin(): void {
    this.#requests += 1;
    this.#inFlight += 1;
    if (this.#inFlight > this.#maxInFlight) this.#maxInFlight = this.#inFlight;
  }

  /** It is over: answered, cut or given up by the client. */
  end(): void {
    this.#inFlight -= 1;
  }

  /** The provider's answer: the reason of a no, null for a yes. */
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

  /** Forgets everything but the requests still in flight. */
  reset(): void {
    this.deliveries.clear();
    this.#requests = 0;
    this.#accepted = 0;
    this.#refused.clear();
    this.#faults.clear();
    this.#maxInFlight = this.#inFlight;
  }
}
