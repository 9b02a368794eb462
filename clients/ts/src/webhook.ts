// Verifies deliveries of webhooks, as Standard Webhooks 1.0 signs them, by WebCrypto: it runs in Node, Deno, Bun, Workers and
// browsers. It compares in constant time, since WebCrypto's `verify` does.
import type { components } from "./schema.js";

type Schemas = components["schemas"];

/** What a webhook is told. `type` tells one from another. */
export type WebhookEvent =
  | Schemas["NotificationSentEvent"]
  | Schemas["NotificationFailedEvent"]
  | Schemas["NotificationClickedEvent"]
  | Schemas["SubscriberCreatedEvent"]
  | Schemas["SubscriberUnsubscribedEvent"]
  | Schemas["BuildCompletedEvent"]
  | Schemas["BuildFailedEvent"]
  | Schemas["WebhookTestEvent"];

/** What a channel's callback is told: `verifyWebhook<ChannelCallback>(...)`. */
export type ChannelCallback = Schemas["ChannelCallback"];

/** The request's headers: `request.headers` of fetch as of Node. */
export type WebhookHeaders =
  | Headers
  | Readonly<Record<string, string | readonly string[] | undefined>>;

export interface VerifyOptions {
  /** How far the delivery's time may lie from the clock here, seconds. 300 if not given. */
  toleranceSeconds?: number;
  /** The time, ms since 1970; the clock's if not given. */
  now?: number;
}

/** How far a delivery's time may lie from the clock: what the libraries of Standard Webhooks allow. */
const DEFAULT_TOLERANCE_S = 300;
/** What stands before the base64 of a key. Any other secret is the key itself. */
const SECRET_PREFIX = "whsec_";
/** More signatures than secrets that can count. Others are not looked at. */
const MAX_SIGNATURES = 8;

/** A request that no webhook made, or one that is too old. Answer it with 400 or 401. */
export class UnverifiedWebhookError extends Error {
  override readonly name = "UnverifiedWebhookError";
}

function headerOf(headers: WebhookHeaders, name: string): string {
  if (headers instanceof Headers) return headers.get(name) ?? "";
  const found = Object.entries(headers).find(([each]) => each.toLowerCase() === name)?.[1];
  return typeof found === "string" ? found : "";
}

/** The bytes of a base64; null when it is none. */
function bytesOf(base64: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}

/** The key that a secret stands for. */
function keyOf(secret: string): Uint8Array<ArrayBuffer> {
  const key = secret.startsWith(SECRET_PREFIX)
    ? bytesOf(secret.slice(SECRET_PREFIX.length))
    : Uint8Array.from(new TextEncoder().encode(secret));
  if (key === null || key.length === 0) throw new TypeError("The webhook's secret holds no key.");
  return key;
}

/** What is signed: the id, the time and the body, with dots between them. */
function signedBytes(
  id: string,
  timestamp: string,
  body: string | Uint8Array,
): Uint8Array<ArrayBuffer> {
  const head = new TextEncoder().encode(`${id}.${timestamp}.`);
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  const all = new Uint8Array(head.length + bytes.length);
  all.set(head);
  all.set(bytes, head.length);
  return all;
}

/**
 * Verifies a delivery, and returns its event. A delivery that is repeated has the same `webhook-id` header.
 * @param body the request's body as it came, before anything parsed it
 * @param secret the webhook's; while it is being rotated, the old one and the new one both verify for a day
 * @throws UnverifiedWebhookError when it is not signed by the secret, or too old; TypeError when the secret holds no key
 */
export async function verifyWebhook<Event = WebhookEvent>(
  headers: WebhookHeaders,
  body: string | Uint8Array,
  secret: string,
  { toleranceSeconds = DEFAULT_TOLERANCE_S, now = Date.now() }: VerifyOptions = {},
): Promise<Event> {
  const rawKey = keyOf(secret);
  const id = headerOf(headers, "webhook-id");
  const timestamp = headerOf(headers, "webhook-timestamp");
  const signatures = headerOf(headers, "webhook-signature").split(" ");
  if (id === "" || !/^\d{1,12}$/.test(timestamp)) {
    throw new UnverifiedWebhookError("The request lacks the headers of a webhook.");
  }
  if (Math.abs(now / 1_000 - Number(timestamp)) > toleranceSeconds) {
    throw new UnverifiedWebhookError("The delivery is too old, or the clock here is wrong.");
  }
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", rawKey, algorithm, false, ["verify"]);
  const signed = signedBytes(id, timestamp, body);
  for (const each of signatures.slice(0, MAX_SIGNATURES)) {
    const bytes = each.startsWith("v1,") ? bytesOf(each.slice(3)) : null;
    if (bytes !== null && (await crypto.subtle.verify("HMAC", key, bytes, signed))) {
      return JSON.parse(typeof body === "string" ? body : new TextDecoder().decode(body)) as Event;
    }
  }
  throw new UnverifiedWebhookError("The delivery is not signed by this webhook's secret.");
}
