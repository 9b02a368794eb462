// The push service: `POST` to a subscription's endpoint (RFC 8030, section 5).
import { randomBytes } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { type AnsweredFault, retryAfterHeader } from "../faults.ts";
import type { Answer, Call } from "../exchange.ts";
import type { Recipient } from "../recipients.ts";
import type { World } from "../world.ts";
import type { Browsers } from "./browsers.ts";
import { decrypt } from "./decrypt.ts";
import { checkHeaders, keptHeaders, MAX_BODY_BYTES } from "./rules.ts";
import { Vapid, type VapidRefusal } from "./vapid.ts";

/** As Apple answers, which is the one service that says 400 of a key other than the subscription's. */
const VAPID_STATUS: Record<VapidRefusal, number> = {
  MissingAuthorization: 401,
  BadJwtToken: 403,
  VapidPkHashMismatch: 400,
};

function refuse(status: number, reason: string): Answer {
  return { status, body: { reason }, reason };
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
    this.#vapid = new Vapid(world, world.origin);
  }

  handle(call: Call): Answer | Promise<Answer> {
    const subscription = this.#world.recipients.get("webpush", call.path.slice(1));
    if (!subscription || subscription.isPhone) return refuse(404, "NotFound");
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
    const { keys } = subscription;
    this.#world.ledgers.webpush.deliveries.push({
      id,
      recipient: subscription.id,
      at: Date.now(),
      headers: keptHeaders(call.headers),
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
