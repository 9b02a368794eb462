// Sends one message to a browser's push service (RFC 8030 section 5).
import { fromBase64url } from "../../../kit/push/base64url.ts";
import { MINUTE_MS } from "../../../kit/time.ts";
import { collapseTopic } from "../collapse.ts";
import { exchange } from "../exchange.ts";
import { secondsLeft } from "../lifetime.ts";
import type { PushContent } from "../../../kit/push/content.ts";
import type { Links, ProviderDeps, Verdict, WebPushSender, WebPushAddress } from "../types.ts";
import { AUTH_BYTES, encrypt, POINT_BYTES, WEB_PUSH_LIMIT_BYTES } from "./encrypt.ts";
import { buildWebPayload } from "./payload.ts";
import { isKnownService } from "./services.ts";
import { webPushVerdict } from "./verdicts.ts";

/**
 * How long after the first attempt a host is waited for that is no known push service, ms: anybody can register one, and
 * would otherwise keep a notification from ending for hours.
 */
const STRANGER_MS = 15 * MINUTE_MS;

const encoder = new TextEncoder();

/** Encrypts and sends `content` to one push subscription. Rejects invalid keys and hosts in private networks. */
export async function sendWebPush(
  deps: Pick<ProviderDeps, "fetch" | "now" | "vapid" | "leadsTo">,
  address: WebPushAddress,
  content: PushContent,
  links: Links,
  sender: WebPushSender,
): Promise<Verdict> {
  const plaintext = encoder.encode(JSON.stringify(buildWebPayload(content, links)));
  if (plaintext.length > WEB_PUSH_LIMIT_BYTES) return rejected("payload too large");
  const url = URL.parse(address.endpoint);
  const body = tryEncrypt(plaintext, address);
  if (body === null || url === null) return rejected("invalid subscription");
  const where = await deps.leadsTo(url.hostname);
  if (where === "private") return rejected("the endpoint leads to a private address");
  if (where === "unknown") {
    return { kind: "retry", reason: "unknown host", afterMs: null, limitMs: STRANGER_MS };
  }
  const now = deps.now();
  const authorization = await deps.vapid.authorization(sender, url.origin, now);
  const answer = await exchange(deps.fetch, address.endpoint, {
    headers: {
      authorization,
      ttl: String(secondsLeft(content, now)),
      urgency: content.urgency,
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
