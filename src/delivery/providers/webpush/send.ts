// Sends one message to a browser's push service (RFC 8030 section 5).
import { fromBase64url } from "../../../kit/push/base64url.ts";
import { collapseTopic } from "../collapse.ts";
import { exchange } from "../exchange.ts";
import { secondsLeft } from "../lifetime.ts";
import type { PushContent } from "../../../kit/push/content.ts";
import type { Links, ProviderDeps, Verdict, WebPushSender, WebPushAddress } from "../types.ts";
import { buildDeclaredPayload } from "./declared.ts";
import { AUTH_BYTES, encrypt, POINT_BYTES, WEB_PUSH_LIMIT_BYTES } from "./encrypt.ts";
import { buildWebPayload, webPushUrgency } from "./payload.ts";
import { isKnownService, readsDeclared } from "../../../kit/push/services.ts";
import { serviceUrl } from "./service-url.ts";
import { ttlHeaders } from "./ttl-headers.ts";
import { STRANGER_MS, unfitHost } from "./unfit-host.ts";
import { webPushVerdict } from "./verdicts.ts";

const encoder = new TextEncoder();

/**
 * Encrypts and sends `content` to one push subscription. Rejects invalid keys and hosts that lead into private networks.
 * An endpoint at a host that can never be a push service is gone, and nothing is sent.
 */
export async function sendWebPush(
  deps: Pick<ProviderDeps, "fetch" | "now" | "vapid" | "leadsTo" | "fcmUrl">,
  address: WebPushAddress,
  content: PushContent,
  links: Links,
  sender: WebPushSender,
): Promise<Verdict> {
  const url = URL.parse(address.endpoint);
  if (url === null) return rejected("invalid subscription");
  const unfit = await unfitHost(deps, url.hostname);
  if (unfit !== null) return unfit;
  const build = readsDeclared(url.hostname) ? buildDeclaredPayload : buildWebPayload;
  const plaintext = encoder.encode(JSON.stringify(build(content, links, address.platform)));
  if (plaintext.length > WEB_PUSH_LIMIT_BYTES) return rejected("payload too large");
  const body = tryEncrypt(plaintext, address);
  if (body === null) return rejected("invalid subscription");
  const now = deps.now();
  const ttl = secondsLeft(content, now);
  const authorization = await deps.vapid.authorization(sender, url.origin, now);
  const answer = await exchange(deps.fetch, serviceUrl(deps, url), {
    headers: {
      authorization,
      ...ttlHeaders(url.hostname, ttl),
      urgency: webPushUrgency(content, address.platform),
      topic: collapseTopic(content.collapseId),
      "content-encoding": "aes128gcm",
      "content-type": "application/octet-stream",
    },
    body,
  });
  const verdict: Verdict = answer.answered
    ? webPushVerdict(answer, deps.now())
    : { kind: "retry", reason: answer.reason, afterMs: null };
  const isBounded = verdict.kind === "retry" && !isKnownService(url.hostname);
  return isBounded ? { ...verdict, limitMs: STRANGER_MS } : verdict;
}

/** Returns the encrypted body, or null if the keys are invalid. */
function tryEncrypt(plaintext: Uint8Array, keys: WebPushAddress): Uint8Array<ArrayBuffer> | null {
  const point = fromBase64url(keys.p256dh);
  const auth = fromBase64url(keys.auth);
  if (point?.length !== POINT_BYTES || auth?.length !== AUTH_BYTES) return null;
  try {
    return encrypt(plaintext, { point, auth });
  } catch {
    return null; // the only cause is a point that is not on the curve
  }
}

function rejected(reason: string): Verdict {
  return { kind: "rejected", reason };
}
