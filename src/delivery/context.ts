// What sending a batch needs besides `ctx`: access to the providers, and the data that an isolate keeps between
// batches.
import type { Sendable } from "../domain/notifications/load-sendable.ts";
import { Bounded } from "../kit/bounded.ts";
import { HostPace } from "../kit/host-pace.ts";
import type { ProviderDeps } from "./providers/index.ts";
import { Senders } from "./senders.ts";

/** Most notifications whose content an isolate keeps: several sends share an isolate, and content is a few KB. */
const MAX_SENDABLES = 50;

export interface DeliveryContext {
  /** Access to the providers. */
  deps: ProviderDeps;
  /** Origin of the links in messages; "" for messages without links. */
  publicUrl: string;
  /** Opened credentials, by app and provider. */
  senders: Senders;
  /** The notifications' content, by their ids. */
  sendables: Bounded<number, Sendable>;
  /** Which hosts keep messages waiting, by account; hosts as `takerOf` names them (kit/push/services.ts). */
  pace: HostPace;
}

/** Makes the context of a new isolate. */
export function createDeliveryContext(deps: ProviderDeps, publicUrl: string): DeliveryContext {
  return {
    deps,
    publicUrl,
    senders: new Senders(),
    sendables: new Bounded(MAX_SENDABLES),
    pace: new HostPace(deps.now),
  };
}
