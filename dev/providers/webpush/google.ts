// Google's push service: `POST /fcm/send/:token` or `/wp/:token`, for the tokens that Play services hand out to apps and
// browsers. Its rules are those of RFC 8030 and RFC 8292, its refusals are texts. A message goes on to the phone as it came.
// A token that was not made here is that of a real browser, such as a Chrome on the demo page: its message goes on to Google,
// where there is a way (`ProvidersOptions.google`).
import { randomBytes } from "node:crypto";
import { type AnsweredFault, retryAfterHeader } from "../faults.ts";
import type { Answer, Call } from "../exchange.ts";
import type { Recipient } from "../recipients.ts";
import type { World } from "../world.ts";
import { checkHeaders, keptHeaders, MAX_BODY_BYTES } from "./rules.ts";
import { Vapid, type VapidRefusal } from "./vapid.ts";

/** The origin of its endpoints, for which VAPID tokens must be made, wherever the stand-in listens. */
export const GOOGLE = "https://fcm.googleapis.com";

/** An endpoint's path, with the token. */
const ENDPOINT = /^\/(?:fcm\/send|wp)\/([\w:%-]+)$/;
/** The headers that go on to Google: the sender's words about the message, and who it is. */
const HANDED_ON = ["authorization", "content-encoding", "content-type", "ttl", "topic", "urgency"];
/** Longest that Google is waited for, ms: less than the Worker waits. */
const MAX_WAIT_MS = 8_000;

/** A refusal's status and text. */
const REFUSALS = {
  NotFound: [404, "A valid push subscription endpoint should be specified in the URL."],
  Expired: [410, "push subscription has unsubscribed or expired."],
  MethodNotAllowed: [405, "only POST is allowed."],
  PayloadTooLarge: [413, "the payload is larger than 4096 bytes."],
} as const;
const VAPID_REFUSALS: Record<VapidRefusal, [number, string]> = {
  MissingAuthorization: [401, "authorization header must be specified."],
  BadJwtToken: [403, "invalid JWT provided."],
  VapidPkHashMismatch: [
    403,
    "the VAPID credentials in the authorization header do not correspond to the credentials used to create the subscriptions.",
  ],
};

function refuse(reason: string, [status, body]: readonly [number, string]): Answer {
  return { status, body, reason };
}

export class GooglePush {
  readonly #world: World;
  readonly #vapid: Vapid;
  readonly #google: string | null;

  /** `google`: where messages for real browsers go on to; null: nowhere, and their tokens are unknown. */
  constructor(world: World, google: string | null) {
    this.#world = world;
    this.#google = google;
    this.#vapid = new Vapid(world, GOOGLE);
  }

  async handle(call: Call): Promise<Answer> {
    const token = ENDPOINT.exec(call.path)?.[1];
    if (token === undefined) return refuse("NotFound", REFUSALS.NotFound);
    const recipient = this.#world.recipients.get("webpush", token);
    if (!recipient && this.#google !== null) return handOn(this.#google, call);
    if (!recipient?.isPhone) return refuse("NotFound", REFUSALS.NotFound);
    const isKilled = this.#world.faults.webpush.kills(recipient.id);
    if (recipient.diedAt !== null || isKilled) return refuse("Expired", REFUSALS.Expired);
    if (call.method !== "POST") return refuse("MethodNotAllowed", REFUSALS.MethodNotAllowed);
    // No benchmark counts phones: a message to one is always checked.
    return this.#push(recipient, call);
  }

  fault(fault: AnsweredFault): Answer {
    const reason = fault.kind === "rate_limited" ? "TooManyRequests" : "InternalServerError";
    return { ...refuse(reason, [fault.status, reason]), headers: retryAfterHeader(fault) };
  }

  async #push(recipient: Recipient, { headers, body }: Call): Promise<Answer> {
    const sender = await this.#vapid.check(headers.authorization, recipient.sender);
    if (typeof sender === "string") return refuse(sender, VAPID_REFUSALS[sender]);
    if (body.length > MAX_BODY_BYTES) return refuse("PayloadTooLarge", REFUSALS.PayloadTooLarge);
    const wrong = checkHeaders(headers, body.length);
    if (wrong) return refuse(wrong, [400, wrong]);
    const id = randomBytes(16).toString("base64url");
    this.#world.ledgers.webpush.deliveries.push({
      id,
      recipient: recipient.id,
      at: Date.now(),
      headers: keptHeaders(headers),
      size: body.length,
      content: null,
    });
    recipient.received += 1;
    const kept = body.length > 0 ? body.toString("base64") : null;
    this.#world.playServices.keep(recipient.id, { id, body: kept });
    return { status: 201, headers: { location: `${GOOGLE}/${id}` }, reason: null };
  }
}

/** Hands a push on to Google as it came, and its answer back. */
async function handOn(google: string, { method, path, headers, body }: Call): Promise<Answer> {
  const kept = HANDED_ON.flatMap((name) => {
    const value = headers[name];
    return typeof value === "string" ? [[name, value]] : [];
  });
  try {
    const answer = await fetch(google + path, {
      method,
      headers: Object.fromEntries(kept) as Record<string, string>,
      ...(method === "POST" && { body: new Uint8Array(body) }),
      redirect: "manual",
      signal: AbortSignal.timeout(MAX_WAIT_MS),
    });
    const told = ["location", "retry-after"].flatMap((name) => {
      const value = answer.headers.get(name);
      return value === null ? [] : [[name, value]];
    });
    return {
      status: answer.status,
      headers: Object.fromEntries(told) as Record<string, string>,
      body: await answer.text(),
      reason: answer.ok ? null : `Google${answer.status}`,
    };
  } catch {
    return { status: 503, body: "Google's push service can't be reached.", reason: "Unreachable" };
  }
}
