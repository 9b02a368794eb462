// The push service: `POST` to a subscription's endpoint (RFC 8030, section 5).
import { randomBytes } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { type AnsweredFault, retryAfterHeader } from "../faults.ts";
import type { Answer, Call } from "../exchange.ts";
import type { Recipient } from "../recipients.ts";
import type { World } from "../world.ts";
import type { Browsers } from "./browsers.ts";
import { decrypt } from "./decrypt.ts";
import { Vapid, type VapidRefusal } from "./vapid.ts";

/** Largest body a push service must take, bytes (RFC 8030, section 7.2). */
const MAX_BODY_BYTES = 4096;
/** RFC 8030, section 5.4, characters. */
const MAX_TOPIC_LENGTH = 32;
const URGENCIES = ["very-low", "low", "normal", "high"];
/** As Apple answers, which is the one service that says 400 of a key other than the subscription's. */
const VAPID_STATUS: Record<VapidRefusal, number> = {
  MissingAuthorization: 401,
  BadJwtToken: 403,
  VapidPkHashMismatch: 400,
};
const KEPT_HEADERS = ["ttl", "urgency", "topic", "content-encoding"];

function refuse(status: number, reason: string): Answer {
  return { status, body: { reason }, reason };
}

/** What is wrong with the headers, or null. */
function checkHeaders(headers: IncomingHttpHeaders, bodySize: number): string | null {
  const { ttl, urgency, topic } = headers;
  if (typeof ttl !== "string" || !/^\d{1,10}$/.test(ttl)) return "BadTtl";
  if (urgency !== undefined && !URGENCIES.includes(String(urgency))) return "BadUrgency";
  if (topic !== undefined) {
    const text = String(topic);
    if (text.length > MAX_TOPIC_LENGTH || !/^[A-Za-z0-9_-]+$/.test(text)) return "BadWebPushTopic";
  }
  const encoded = headers["content-encoding"] === "aes128gcm";
  return bodySize > 0 && !encoded ? "BadContentEncoding" : null;
}

/** Whether WNS would miss its own word for a message that is not to be kept. */
function lacksCachePolicy({ wns }: Recipient, headers: IncomingHttpHeaders): boolean {
  return wns && Number(headers["ttl"]) === 0 && headers["x-wns-cache-policy"] !== "no-cache";
}

export class PushService {
  #world: World;
  #vapid: Vapid;
  #browsers: Browsers;

  constructor(world: World, browsers: Browsers) {
    this.#world = world;
    this.#browsers = browsers;
    this.#vapid = new Vapid(world);
  }

  handle(call: Call): Answer | Promise<Answer> {
    const subscription = this.#world.recipients.get("webpush", call.path.slice(1));
    if (!subscription) return refuse(404, "NotFound");
    if (subscription.diedAt !== null || this.#world.faults.webpush.kills(subscription.id)) {
      return refuse(410, "Expired");
    }
    if (call.method !== "POST") return refuse(405, "MethodNotAllowed");
    if (this.#world.mode === "count") return this.#created(subscription, "counted", "0");
    return this.#push(subscription, call);
  }

  fault(fault: AnsweredFault): Answer {
    const reason = fault.kind === "rate_limited" ? "TooManyRequests" : "InternalServerError";
    return { ...refuse(fault.status, reason), headers: retryAfterHeader(fault) };
  }

  async #push(subscription: Recipient, call: Call): Promise<Answer> {
    const sender = await this.#vapid.check(call.headers.authorization, subscription.sender);
    if (typeof sender === "string") return refuse(VAPID_STATUS[sender], sender);
    if (call.body.length > MAX_BODY_BYTES) return refuse(413, "PayloadTooLarge");
    const wrong = checkHeaders(call.headers, call.body.length);
    if (wrong) return refuse(400, wrong);
    if (lacksCachePolicy(subscription, call.headers)) return refuse(400, "MissingCachePolicy");

    const id = randomBytes(16).toString("base64url");
    const kept = KEPT_HEADERS.filter((name) => call.headers[name] !== undefined);
    const { keys } = subscription;
    this.#world.ledgers.webpush.deliveries.push({
      id,
      recipient: subscription.id,
      at: Date.now(),
      headers: Object.fromEntries(kept.map((name) => [name, String(call.headers[name])])),
      size: call.body.length,
      content: keys && call.body.length > 0 ? decrypt(call.body, keys) : null,
    });
    const { ttl, topic } = call.headers;
    this.#browsers.push(subscription.id, call.body, {
      ttl: Number(ttl),
      topic: topic === undefined ? null : String(topic),
    });
    return this.#created(subscription, id, String(ttl));
  }

  #created(subscription: Recipient, id: string, ttl: string): Answer {
    subscription.received += 1;
    const location = `${this.#world.origin}/push-message/${id}`;
    return { status: 201, headers: { location, ttl }, reason: null };
  }
}
