// Synchronous HMAC-SHA-256 (RFC 2104) with node:crypto, for code that runs for every recipient, where a promise would
// cost more than the digest.
import { createHmac, timingSafeEqual } from "node:crypto";

/** Returns the 32 bytes of the HMAC-SHA-256 of bytes or UTF-8 text. */
export function mac(key: string | Uint8Array, data: string | Uint8Array): Uint8Array {
  return createHmac("sha256", key).update(data).digest();
}

/** Whether two byte strings are equal. The time taken reveals nothing of their content. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && timingSafeEqual(a, b);
}
