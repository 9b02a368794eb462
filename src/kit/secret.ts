// Secrets that callers present: API keys, builder tokens, channel keys. A secret is a prefix that tells its
// kind and 32 random bytes in base64url. Only its SHA-256 is stored: 256 random bits need no slow hash.
import { timingSafeEqual } from "node:crypto";
import { sha256Hex } from "./crypto.ts";

/** API key, builder token, channel key, subscriber token. */
type SecretPrefix = "sw_live_" | "sw_bld_" | "sw_chn_" | "sw_sub_";

/** How many characters of a secret are kept and shown, for its owner to know it by. */
export const SECRET_PREFIX_SHOWN = 12;
/** 256 bits: beyond guessing. */
const SECRET_BYTES = 32;
/** 32 bytes in base64url, unpadded; the last character carries four bits, so it is one of these 16. */
const SECRET_BODY = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;

const encoder = new TextEncoder();

/** A new secret: `prefix` and 43 base64url characters. */
export function mintSecret(prefix: SecretPrefix): string {
  const bytes = crypto.getRandomValues(new Uint8Array(SECRET_BYTES));
  return prefix + Buffer.from(bytes).toString("base64url");
}

/** Whether `text` could have come from `mintSecret(prefix)`: what could not needs no look-up. */
export function isWellFormedSecret(text: string, prefix: SecretPrefix): boolean {
  return text.startsWith(prefix) && SECRET_BODY.test(text.slice(prefix.length));
}

/** The form in which a secret is stored and looked up: SHA-256, lower-case hex. */
export function hashSecret(text: string): Promise<string> {
  return sha256Hex(text);
}

/** Compares two texts in a time that tells nothing of either, their lengths included: digests are compared. */
export async function constantTimeEqual(a: string, b: string): Promise<boolean> {
  const [digestA, digestB] = await Promise.all([digest(a), digest(b)]);
  return timingSafeEqual(digestA, digestB);
}

const digest = async (text: string): Promise<Uint8Array> =>
  new Uint8Array(await crypto.subtle.digest("SHA-256", encoder.encode(text)));
