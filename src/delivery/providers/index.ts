// The door to the push providers: FCM, APNs and Web Push behind one function and one verdict. No I/O of
// its own: `fetch`, the clock and the caches come in as ProviderDeps. Writes no log.
import { sendApns } from "./apns/send.ts";
import { sendFcm } from "./fcm/send.ts";
import { isExpired } from "./lifetime.ts";
import type { Links, ProviderDeps, PushContent, Sender, SendResult, Target } from "./types.ts";
import { sendWebPush } from "./webpush/send.ts";

/**
 * Sends `content` to one target and tells what came of it. Never rejects for what a provider does: no
 * answer within 10 s is a retry, `token_expired` (APNs alone) asks for a new provider token and one more
 * call. Throws TypeError when sender and target are of different providers, which is a bug.
 */
export async function sendOne(
  deps: ProviderDeps,
  target: Target,
  content: PushContent,
  links: Links,
  sender: Sender,
): Promise<SendResult> {
  if (isExpired(content, deps.now())) return { kind: "rejected", reason: "expired" };
  if (target.provider === "fcm" && sender.provider === "fcm") {
    return sendFcm(deps, target, content, links, sender);
  }
  if (target.provider === "apns" && sender.provider === "apns") {
    return sendApns(deps, target, content, links, sender);
  }
  if (target.provider === "webpush" && sender.provider === "webpush") {
    return sendWebPush(deps, target, content, links, sender);
  }
  throw new TypeError(`a sender for ${sender.provider} can't reach ${target.provider}`);
}

export { keyFingerprint, mintProviderToken } from "./apns/provider-token.ts";
export { fetchTransport } from "./apns/transport.ts";
export { verifyApns } from "./apns/verify.ts";
export { mintAccessToken } from "./fcm/access-token.ts";
export { verifyFcm } from "./fcm/verify.ts";
export { contentProblems } from "./overrides.ts";
export { payloadSizes } from "./sizes.ts";
export * from "./types.ts";
export { createVapidSigner } from "./webpush/vapid.ts";
