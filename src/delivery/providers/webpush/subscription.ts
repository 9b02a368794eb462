// A browser's push subscription: what can be checked before anything is sent to it.
import { ECDH } from "node:crypto";
import { refuseField } from "../checked.ts";
import type { Checked } from "../types.ts";
import { isPublicHost } from "./public-host.ts";

/** Longest endpoint, characters; push services stay below 1,000. */
const MAX_ENDPOINT = 2048;
/** An uncompressed point on P-256: 0x04, x, y (SEC 1 section 2.3.3). */
export const POINT_BYTES = 65;
/** The authentication secret (RFC 8291 section 3.2). */
const AUTH_BYTES = 16;
const UNCOMPRESSED = 0x04;
/** base64url, or base64 as some clients write it. */
const BASE64 = /^[A-Za-z0-9_+/-]+={0,2}$/;

export interface Subscription {
  endpoint: string;
  p256dh: string;
  auth: string;
}

/**
 * Checks a subscription; keys come back as base64url without padding. `allowPrivate` lets plain http and
 * private hosts through, for a local stack.
 */
export function checkSubscription(
  { endpoint, p256dh, auth }: Subscription,
  allowPrivate: boolean,
): Checked<Subscription> {
  const url = endpoint.length <= MAX_ENDPOINT ? URL.parse(endpoint) : null;
  if (url === null || !isHttp(url, allowPrivate)) {
    return refuseField(["endpoint"], "must be an https URL");
  }
  if (url.username !== "" || url.password !== "") {
    return refuseField(["endpoint"], "must not hold a user name or password");
  }
  if (!allowPrivate && !isPublicHost(url.hostname)) {
    return refuseField(["endpoint"], "must be on a public host");
  }
  const point = decodeKey(p256dh);
  if (point === null || !isPoint(point)) {
    return refuseField(["keys", "p256dh"], "must be a P-256 public key: 65 bytes, base64url");
  }
  const secret = decodeKey(auth);
  if (secret?.length !== AUTH_BYTES) {
    return refuseField(["keys", "auth"], `must be ${AUTH_BYTES} bytes, base64url`);
  }
  return {
    ok: true,
    value: {
      endpoint: url.href,
      p256dh: point.toString("base64url"),
      auth: secret.toString("base64url"),
    },
  };
}

/** Whether `bytes` are an uncompressed point that lies on P-256. */
export function isPoint(bytes: Uint8Array): boolean {
  if (bytes.length !== POINT_BYTES || bytes[0] !== UNCOMPRESSED) return false;
  try {
    ECDH.convertKey(bytes, "prime256v1");
    return true;
  } catch {
    return false;
  }
}

/** base64 or base64url as bytes; null for anything else. */
export function decodeKey(text: string): Buffer | null {
  return text.length <= 200 && BASE64.test(text) ? Buffer.from(text, "base64url") : null;
}

function isHttp(url: URL, allowPrivate: boolean): boolean {
  return url.protocol === "https:" || (allowPrivate && url.protocol === "http:");
}
