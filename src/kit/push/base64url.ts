// Base64url without padding (RFC 4648 section 5), the encoding of all keys in Web Push.

/** Decodes `text`. Returns null if it is not canonical; padding is allowed, since some browsers write it. */
export function fromBase64url(text: string): Uint8Array | null {
  const bare = text.replace(/={1,2}$/, "");
  const bytes = Buffer.from(bare, "base64url");
  return bytes.toString("base64url") === bare ? new Uint8Array(bytes) : null;
}

export function toBase64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64url");
}
