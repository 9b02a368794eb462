// VAPID authorization (RFC 8292): one ES256 token per push service and credential, shared by all messages
// to it, since a signature costs as much as an encryption.
import { importJWK, SignJWT } from "jose";
import { Bounded } from "../../../kit/bounded.ts";
import { fromBase64url, toBase64url } from "../../../kit/push/base64url.ts";
import { HOUR_MS } from "../../../kit/time.ts";
import type { VapidSigner, WebPushSender } from "../types.ts";

/** Lifetime of a token, ms: half of what RFC 8292 section 2 allows, for clocks that are wrong. */
const TOKEN_MS = 12 * HOUR_MS;
/** A token is not used in its last hour, ms: some push services check it late. */
const SPARE_MS = HOUR_MS;
/** Tokens kept: push services are few, but a subscription may name any origin. About 600 bytes each. */
export const MAX_CACHED_TOKENS = 500;
/** Bytes of one coordinate of a point. */
const COORDINATE_BYTES = 32;

/** A signer with a cache of its own; make one an isolate. */
export function createVapidSigner(): VapidSigner {
  const cache = new Bounded<string, { header: string; until: number }>(MAX_CACHED_TOKENS);
  return {
    async authorization(sender, origin, now) {
      // the private key is left out: the public one stands for the pair
      const key = `${sender.publicKey} ${sender.subject} ${origin}`;
      const cached = cache.get(key);
      if (cached !== undefined && now < cached.until) return cached.header;
      const header = await sign(sender, origin, now);
      cache.put(key, { header, until: now + TOKEN_MS - SPARE_MS });
      return header;
    },
  };
}

async function sign(sender: WebPushSender, origin: string, now: number): Promise<string> {
  const point = fromBase64url(sender.publicKey) ?? new Uint8Array();
  const key = await importJWK({
    kty: "EC",
    crv: "P-256",
    alg: "ES256",
    x: toBase64url(point.subarray(1, 1 + COORDINATE_BYTES)),
    y: toBase64url(point.subarray(1 + COORDINATE_BYTES)),
    d: sender.privateKey,
  });
  const token = await new SignJWT({})
    .setProtectedHeader({ alg: "ES256", typ: "JWT" })
    .setAudience(origin)
    .setExpirationTime(Math.floor((now + TOKEN_MS) / 1000))
    .setSubject(sender.subject)
    .sign(key);
  return `vapid t=${token}, k=${sender.publicKey}`;
}
