// Base64url without padding (RFC 4648 section 5), the form of every key in Web Push.

/** The bytes; null when `text` is not their one encoding (padding is allowed, as some browsers write it). */
export function fromBase64url(text: string): Uint8Array | null {
  const bare = text.replace(/={1,2}$/, "");
  const bytes = Buffer.from(bare, "base64url");
  return bytes.toString("base64url") === bare ? new Uint8Array(bytes) : null;
}

export function toBase64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64url");
}
