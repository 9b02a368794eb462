// What sending a batch needs besides `ctx`: the outside world, and what an isolate keeps from one batch to the next.
import type { Sendable } from "../domain/notifications/load-sendable.ts";
import { Bounded } from "../kit/bounded.ts";
import type { ProviderDeps } from "./providers/index.ts";
import { Senders } from "./senders.ts";

/** Notifications whose content an isolate keeps at hand: several sends share an isolate, and content is a few KB. */
const MAX_SENDABLES = 50;

export interface DeliveryContext {
  /** How the providers are reached. */
  deps: ProviderDeps;
  /** Origin of the links in messages; "": they carry none. */
  publicUrl: string;
  /** Opened credentials, by app and provider. */
  senders: Senders;
  /** What notifications say, by their ids. */
  sendables: Bounded<number, Sendable>;
}

/** The context of an isolate that has sent nothing yet. */
export function createDeliveryContext(deps: ProviderDeps, publicUrl: string): DeliveryContext {
  return { deps, publicUrl, senders: new Senders(), sendables: new Bounded(MAX_SENDABLES) };
}
