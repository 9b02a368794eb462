// Webhook secrets: each is the key that signs a webhook's deliveries. The receiver needs it too, so it is sealed, not
// hashed.
import { open, seal } from "../../kit/seal.ts";
import type { Ctx } from "../context.ts";
import type { Webhook } from "./find-webhook.ts";

/** 256 bits: as much as HMAC-SHA-256 can use. */
const SECRET_BYTES = 32;

/** Makes a new secret: `whsec_` and 43 characters of base64url. */
export function newSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(SECRET_BYTES));
  return `whsec_${Buffer.from(bytes).toString("base64url")}`;
}

/** Seals the secret for the row of the webhook `uuid`. */
export function sealSecret(ctx: Ctx, uuid: string, secret: string): Promise<string> {
  return seal(ctx.sealingKeys, new TextEncoder().encode(secret), boundTo(uuid));
}

/** Returns the secret's bytes, to sign with. */
export function openSecret(ctx: Ctx, webhook: Webhook): Promise<Uint8Array> {
  return open(ctx.sealingKeys, webhook.secretSealed, boundTo(webhook.uuid));
}

function boundTo(uuid: string): string {
  return `webhook:${uuid}`;
}
