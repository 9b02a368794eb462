// Message authentication without waiting: HMAC-SHA-256 (RFC 2104) by node:crypto, for what runs once a
// recipient, where a promise each would cost more than the digest.
import { createHmac, timingSafeEqual } from "node:crypto";

/** HMAC-SHA-256 of bytes or UTF-8 text under a key, 32 bytes. */
export function mac(key: string | Uint8Array, data: string | Uint8Array): Uint8Array {
  return createHmac("sha256", key).update(data).digest();
}

/** Whether two byte strings are equal, in a time that tells nothing of their content. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && timingSafeEqual(a, b);
}
