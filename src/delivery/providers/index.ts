// Sends through the push providers FCM, APNs and Web Push, with one function and one form of verdict. `fetch`, the
// clock and the caches are passed in as ProviderDeps. Nothing here writes to the log.
import { sendApns } from "./apns/send.ts";
import { probeApns } from "./apns/verify.ts";
import { sendFcm } from "./fcm/send.ts";
import { probeFcm } from "./fcm/verify.ts";
import { isExpired } from "./lifetime.ts";
import type { PushContent } from "../../kit/push/content.ts";
import type { Links, ProviderDeps, Sender, SendResult, Address } from "./types.ts";
import { sendWebPush } from "./webpush/send.ts";
import { probeWebPush } from "./webpush/verify.ts";

/**
 * Sends `content` to one address and returns the verdict. Never rejects because of a provider: no answer within 10 s
 * is a retry, and `token_expired` (only from APNs) asks the caller to send again with a new provider token. Throws
 * TypeError if sender and address are of different providers, which is a bug.
 */
export async function sendOne(
  deps: ProviderDeps,
  address: Address,
  content: PushContent,
  links: Links,
  sender: Sender,
): Promise<SendResult> {
  if (isExpired(content, deps.now())) return { kind: "rejected", reason: "expired" };
  if (address.provider === "fcm" && sender.provider === "fcm") {
    return sendFcm(deps, address, content, links, sender);
  }
  if (address.provider === "apns" && sender.provider === "apns") {
    return sendApns(deps, address, content, links, sender);
  }
  if (address.provider === "webpush" && sender.provider === "webpush") {
    return sendWebPush(deps, address, content, links, sender);
  }
  throw new TypeError(`a sender for ${sender.provider} can't reach ${address.provider}`);
}

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
export { contentProblems } from "./overrides.ts";
export { payloadSizes } from "./sizes.ts";
export * from "./types.ts";
export { buildWebPayload } from "./webpush/payload.ts";
export { STRANGER_MS, UNKNOWN_HOST } from "./webpush/unfit-host.ts";
export { createVapidSigner } from "./webpush/vapid.ts";
