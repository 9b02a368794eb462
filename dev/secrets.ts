// The Worker's secrets: which there are, and fresh random values for them. The local stack, the tests and
// `npm run provision` all make them here.
import { randomBytes } from "node:crypto";

/** Bytes of a key for AES-256 or HMAC-SHA-256. */
const KEY_BYTES = 32;

/** Every secret of src/config.ts by name, with how a new one is made. */
const MAKERS = {
  /** Bearer token of the operators. */
  ADMIN_TOKEN: () => `sw_adm_${randomBytes(KEY_BYTES).toString("base64url")}`,
  /** `id:base64`, comma-separated; seals keys at rest. A lost one makes every sealed key unreadable. */
  SEALING_KEYS: () => `k1:${randomBytes(KEY_BYTES).toString("base64")}`,
  /** HMAC key of download links. */
  LINK_SIGNING_KEY: () => randomBytes(KEY_BYTES).toString("base64"),
  /** HMAC key of people's sessions, and of links in mails to them. */
  SIGN_IN_KEY: () => randomBytes(KEY_BYTES).toString("base64"),
} as const;

export type SecretName = keyof typeof MAKERS;
export type Secrets = Record<SecretName, string>;

/** Names of all secrets the Worker needs. */
export const SECRET_NAMES = Object.keys(MAKERS) as SecretName[];

/** A new random value for one secret. */
export function makeSecret(name: SecretName): string {
  return MAKERS[name]();
}

/** New random values for all of them. */
export function makeSecrets(): Secrets {
  return Object.fromEntries(SECRET_NAMES.map((name) => [name, makeSecret(name)])) as Secrets;
}
