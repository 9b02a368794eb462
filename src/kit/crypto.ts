// Digests and message authentication codes, of bytes and text: with WebCrypto and, for code that runs for every recipient,
// where a promise would cost more than the digest, with node:crypto.
import { createHash, createHmac, timingSafeEqual } from "node:crypto";

const encoder = new TextEncoder();

/** Returns the SHA-256 of bytes or UTF-8 text, in lower-case hex. */
export async function sha256Hex(data: Uint8Array | string): Promise<string> {
  return hex(await crypto.subtle.digest("SHA-256", bytesOf(data)));
}

/** Returns the SHA-256 of UTF-8 text in base64, at once. */
export function sha256Base64(text: string): string {
  return createHash("sha256").update(text).digest("base64");
}

/** Returns the HMAC-SHA-256 (RFC 2104) of a text under a text key, in base64url without padding. */
export async function hmac(key: string, text: string): Promise<string> {
  const imported = await crypto.subtle.importKey(
    "raw",
    encoder.encode(key),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign"],
  );
  const signed = new Uint8Array(await crypto.subtle.sign("HMAC", imported, encoder.encode(text)));
  return btoa(String.fromCharCode(...signed))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

/** Returns the 32 bytes of the HMAC-SHA-256 (RFC 2104) of bytes or UTF-8 text, at once. */
export function mac(key: string | Uint8Array, data: string | Uint8Array): Uint8Array {
  return createHmac("sha256", key).update(data).digest();
}

/** Whether two byte strings are equal. The time taken reveals nothing of their content. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && timingSafeEqual(a, b);
}

export function hex(buffer: ArrayBuffer | Uint8Array): string {
  const bytes = buffer instanceof Uint8Array ? buffer : new Uint8Array(buffer);
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function bytesOf(data: Uint8Array | string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(typeof data === "string" ? encoder.encode(data) : data);
}
