// Webhook secrets: the key of each delivery's signature. The receiver needs it too, so it is sealed, not hashed.
import { open, seal } from "../../kit/seal.ts";
import type { Ctx } from "../context.ts";
import type { Webhook } from "./find-webhook.ts";

/** 256 bits: as much as HMAC-SHA-256 can use. */
const SECRET_BYTES = 32;

/** A new secret: `whsec_` and 43 base64url characters. */
export function newSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(SECRET_BYTES));
  return `whsec_${Buffer.from(bytes).toString("base64url")}`;
}

/** The secret as the row of the webhook `uuid` keeps it. */
export function sealSecret(ctx: Ctx, uuid: string, secret: string): Promise<string> {
  return seal(ctx.sealingKeys, new TextEncoder().encode(secret), boundTo(uuid));
}

/** The bytes to sign with. */
export function openSecret(ctx: Ctx, webhook: Webhook): Promise<Uint8Array> {
  return open(ctx.sealingKeys, webhook.secretSealed, boundTo(webhook.uuid));
}

function boundTo(uuid: string): string {
  return `webhook:${uuid}`;
}
