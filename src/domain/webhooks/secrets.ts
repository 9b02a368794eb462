// Webhook secrets: each is the key that signs a webhook's deliveries. The receiver needs it too, so it is sealed, not
// hashed. A secret that was rotated signs beside the new one for a while.
import { PLAIN_PATTERN } from "../../kit/fields.ts";
import { z } from "zod";
import { open, seal } from "../../kit/seal.ts";
import type { Ctx } from "../context.ts";
import type { Webhook } from "./find-webhook.ts";

/** What Standard Webhooks 1.0 puts before the base64 of a key. */
const PREFIX = "whsec_";
/** 256 bits: as much as HMAC-SHA-256 can use. */
const SECRET_BYTES = 32;
/** Least and most bytes of a key in Standard Webhooks 1.0. */
const MIN_KEY_BYTES = 24;
const MAX_KEY_BYTES = 64;
/** Longest secret, characters: HMAC-SHA-256 gains nothing from more than 64 bytes. */
const MAX_SECRET = 255;

/**
 * A secret that an owner brings. With the standard's prefix it must hold a key as the standard has them; any other text is
 * the key itself.
 */
export const Secret = z
  .string()
  .min(1, { abort: true })
  .max(MAX_SECRET)
  // A `refine` and not a `regex`, since patterns in the OpenAPI document can't have flags.
  .refine((text) => /^[^\p{Cc}\p{Cs}]*$/u.test(text), {
    message: "must not hold control characters",
  })
  .refine((text) => !text.startsWith(PREFIX) || keyBehindPrefix(text) !== null, {
    message: `must be ${PREFIX} and the base64, with padding, of ${MIN_KEY_BYTES} to ${MAX_KEY_BYTES} bytes, or not begin with ${PREFIX}`,
  })
  .meta({
    pattern: PLAIN_PATTERN,
    description:
      `The secret. \`${PREFIX}\` and the base64, with padding, of ${MIN_KEY_BYTES} to ${MAX_KEY_BYTES} bytes: these are the ` +
      "key of the Standard Webhooks signature. Any other text is the key as its UTF-8 bytes (`format: raw` in the " +
      "standard's libraries). The key of `x-slipway-signature` is always the text as it is given here.",
    example: `${PREFIX}MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=`,
  });

/** Makes a new secret: `whsec_` and the base64 of 32 random bytes. */
export function newSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(SECRET_BYTES));
  return PREFIX + Buffer.from(bytes).toString("base64");
}

/** Seals the secret for the row of the webhook `uuid`. */
export function sealSecret(ctx: Ctx, uuid: string, secret: string): Promise<string> {
  return seal(ctx.sealingKeys, new TextEncoder().encode(secret), boundTo(uuid));
}

/** Returns the secrets to sign with, in the clear: the present one, and the one before it while that still counts. */
export async function openSecrets(ctx: Ctx, webhook: Webhook): Promise<[string, ...string[]]> {
  const { uuid, secretSealed, previousSecretSealed } = webhook;
  const opened = async (sealed: string) =>
    new TextDecoder().decode(await open(ctx.sealingKeys, sealed, boundTo(uuid)));
  const present = await opened(secretSealed);
  if (previousSecretSealed === null || previousSecretEnds(ctx, webhook) === null) return [present];
  return [present, await opened(previousSecretSealed)];
}

/** Returns until when the secret before the last rotation counts, ms; null if it counts no more, or there is none. */
export function previousSecretEnds(
  ctx: Pick<Ctx, "now">,
  { previousSecretEndsAt: endsAt }: Webhook,
): number | null {
  return endsAt !== null && endsAt > ctx.now() ? endsAt : null;
}

/** The key of the Standard Webhooks signature: the bytes behind the prefix, or those of a text without it. */
export function signingKey(secret: string): Uint8Array {
  const behind = secret.startsWith(PREFIX) ? keyBehindPrefix(secret) : null;
  return behind ?? new TextEncoder().encode(secret);
}

/** The key that stands in base64 behind the prefix; null if it is not canonical, or of a length that keys don't have. */
function keyBehindPrefix(secret: string): Uint8Array | null {
  const text = secret.slice(PREFIX.length);
  const key = Buffer.from(text, "base64");
  const isKey = key.length >= MIN_KEY_BYTES && key.length <= MAX_KEY_BYTES;
  return isKey && key.toString("base64") === text ? key : null;
}

/** What both secrets of a webhook are sealed for. */
export function boundTo(uuid: string): string {
  return `webhook:${uuid}`;
}
