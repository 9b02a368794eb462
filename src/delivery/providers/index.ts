// The push providers FCM, APNs and Web Push, with one way to send and one form of verdict. `fetch`, the clock and the
// caches are passed in as ProviderDeps. Nothing here writes to the log.
import { probeApns } from "./apns/verify.ts";
import { probeFcm } from "./fcm/verify.ts";
import type { ProviderDeps, Sender, SendResult, Address } from "./types.ts";
import { probeWebPush } from "./webpush/verify.ts";

/**
 * Asks the provider of `sender` whether it would take a message for `address`, which is null if nobody is known. Returns
 * null if nobody can be asked: push services know a credential only by the browsers that subscribed with it. Never
 * rejects because of a provider.
 */
export async function probe(
  deps: ProviderDeps,
  address: Address | null,
  sender: Sender,
): Promise<SendResult | null> {
  switch (sender.provider) {
    case "fcm":
      return probeFcm(deps, address?.provider === "fcm" ? address : null, sender);
    case "apns":
      return probeApns(deps, address?.provider === "apns" ? address : null, sender);
    case "webpush":
      return address?.provider === "webpush" ? probeWebPush(deps, address, sender) : null;
  }
}

export { keyFingerprint, mintProviderToken } from "./apns/provider-token.ts";
export { fetchTransport } from "./apns/transport.ts";
export { mintAccessToken } from "./fcm/access-token.ts";
export { Messages, type Prepared } from "./messages.ts";
export { contentProblems } from "./overrides.ts";
export { payloadSizes } from "./sizes.ts";
export * from "./types.ts";
export { buildWebPayload } from "./webpush/payload.ts";
export { STRANGER_MS, UNKNOWN_HOST } from "./webpush/unfit-host.ts";
export { createVapidSigner } from "./webpush/vapid.ts";
