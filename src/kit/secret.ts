// Secrets that callers present, such as API keys and builder tokens. A secret is a prefix for its kind and 32 random
// bytes in base64url. Only its SHA-256 is stored, since 256 random bits need no slow hash; an identity secret, which has
// to verify what others signed, is sealed instead.
import { timingSafeEqual } from "node:crypto";
import { sha256Hex } from "./crypto.ts";

/**
 * The prefixes of API keys, builder tokens, channel keys, subscriber tokens, identity secrets, set-up tokens and
 * invitations.
 */
type SecretPrefix =
  | "sw_live_"
  | "sw_bld_"
  | "sw_chn_"
  | "sw_sub_"
  | "sw_idn_"
  | "sw_set_"
  | "sw_inv_";

/** How many characters of a secret are stored and shown, so that its owner can recognize it. */
export const SECRET_PREFIX_SHOWN = 12;
/** 256 bits, which can't be guessed. */
const SECRET_BYTES = 32;
/** 32 bytes in base64url without padding. The last character has four bits, so it is one of 16. */
const SECRET_BODY = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;

const encoder = new TextEncoder();

/** Makes a new secret: `prefix` and 43 base64url characters. */
export function mintSecret(prefix: SecretPrefix): string {
  const bytes = crypto.getRandomValues(new Uint8Array(SECRET_BYTES));
  return prefix + Buffer.from(bytes).toString("base64url");
}

/** Whether `text` has the form of `mintSecret(prefix)`. Other texts need no look-up. */
export function isWellFormedSecret(text: string, prefix: SecretPrefix): boolean {
  return text.startsWith(prefix) && SECRET_BODY.test(text.slice(prefix.length));
}

/** Returns the hash by which a secret is stored and found: SHA-256, lower-case hex. */
export function hashSecret(text: string): Promise<string> {
  return sha256Hex(text);
}

/** Whether two texts are equal. It compares digests, so the time taken reveals nothing, not even their lengths. */
export async function constantTimeEqual(a: string, b: string): Promise<boolean> {
  const [digestA, digestB] = await Promise.all([digest(a), digest(b)]);
  return timingSafeEqual(digestA, digestB);
}

const digest = async (text: string): Promise<Uint8Array> =>
  new Uint8Array(await crypto.subtle.digest("SHA-256", encoder.encode(text)));
