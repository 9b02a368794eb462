// Makes VAPID authorization (RFC 8292). All messages to a push service with the same credential share one ES256 token,
// since a signature costs as much as an encryption.
import { importJWK, SignJWT } from "jose";
import { Bounded } from "../../../kit/bounded.ts";
import { fromBase64url, toBase64url } from "../../../kit/push/base64url.ts";
import { HOUR_MS } from "../../../kit/time.ts";
import type { VapidSigner, WebPushSender } from "../types.ts";

/** Lifetime of a token, ms: half of what RFC 8292 section 2 allows, in case clocks are wrong. */
const TOKEN_MS = 12 * HOUR_MS;
/** A token is not used in its last hour, ms, since some push services check it late. */
const SPARE_MS = HOUR_MS;
/** Most tokens kept, of 600 bytes each: push services are few, but subscriptions may name any origin. */
export const MAX_CACHED_TOKENS = 500;
/** Bytes of one coordinate of a point. */
const COORDINATE_BYTES = 32;

/** Makes a signer with its own cache. An isolate needs only one. */
export function createVapidSigner(): VapidSigner {
  const cache = new Bounded<string, { header: string; until: number }>(MAX_CACHED_TOKENS);
  return {
    async authorization(sender, origin, now) {
      // The public key identifies the pair, so the private key need not be in a cache key.
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
