// Whether a delivery is Slipway's: its signature and time by Standard Webhooks 1.0, with the secret of the webhook.
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/** What stands before the base64 of a key. */
const PREFIX = "whsec_";
const KEY_BYTES = 32;
/** Farthest that a delivery's time may be from ours, s: an older one may be somebody's repetition. */
const TOLERANCE_S = 300;

/** Makes a secret. */
export function newSecret(): string {
  return PREFIX + randomBytes(KEY_BYTES).toString("base64");
}

/** Whether a text can be the secret of a webhook. */
export function isSecret(text: string): boolean {
  const [, key] = /^whsec_([\w+/]+={0,2})$/.exec(text) ?? [];
  const bytes = Buffer.from(key ?? "", "base64");
  return bytes.length >= 24 && bytes.length <= 64 && !text.includes("_", PREFIX.length);
}

/** The headers that say of a delivery whose it is. */
export interface Proof {
  id: string | undefined;
  timestamp: string | undefined;
  signature: string | undefined;
}

/** Says why a delivery is not taken; null for one that is Slipway's. `now` is in ms. */
export function problemOf(
  { id, timestamp, signature }: Proof,
  body: Uint8Array,
  secret: string,
  now: number,
): string | null {
  if (!id || !timestamp || !signature) return "it has no signature";
  if (!/^\d{1,12}$/.test(timestamp)) return "its time is none";
  const key = Buffer.from(secret.slice(PREFIX.length), "base64");
  const wanted = createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body).digest();
  const isOurs = signature.split(" ").some((each) => {
    const [version, given] = each.split(",");
    const bytes = Buffer.from(given ?? "", "base64");
    return version === "v1" && bytes.length === wanted.length && timingSafeEqual(bytes, wanted);
  });
  if (!isOurs) return "its signature is wrong";
  // only now, so that a stranger learns nothing about the clock
  if (Math.abs(now / 1000 - Number(timestamp)) > TOLERANCE_S) return "its time is not now";
  return null;
}
