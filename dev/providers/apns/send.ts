// APNs' `POST /3/device/:token`: provider token, headers, payload, and what becomes of the device's token.
import { randomUUID } from "node:crypto";
import { type AnsweredFault, retryAfterHeader } from "../faults.ts";
import type { Answer, Call } from "../exchange.ts";
import type { World } from "../world.ts";
import { type Reason, refuse } from "./errors.ts";
import { checkHeaders, readPayload, single } from "./headers.ts";
import { ProviderTokens } from "./provider-token.ts";

const PATH = /^\/3\/device(?:\/([^/]*))?$/;
/** Hex of at least 32 bytes; Apple warns that the size may change. */
const TOKEN = /^[0-9a-f]{64,200}$/i;
const KEPT_HEADERS = [
  "apns-id",
  "apns-topic",
  "apns-push-type",
  "apns-priority",
  "apns-expiration",
  "apns-collapse-id",
];

export class ApnsSend {
  #world: World;
  #tokens: ProviderTokens;

  constructor(world: World) {
    this.#world = world;
    this.#tokens = new ProviderTokens(world);
  }

  async handle(call: Call): Promise<Answer> {
    const id = single(call.headers, "apns-id") ?? randomUUID().toUpperCase();
    const answer = await this.#answer(call, id);
    return { ...answer, headers: { ...answer.headers, "apns-id": id } };
  }

  fault(fault: AnsweredFault): Answer {
    const headers = retryAfterHeader(fault);
    if (fault.kind === "rate_limited") return { ...refuse("TooManyRequests"), headers };
    const reason = fault.status === 500 ? "InternalServerError" : "ServiceUnavailable";
    return { ...refuse(reason), status: fault.status, headers };
  }

  async #answer(call: Call, id: string): Promise<Answer> {
    const path = PATH.exec(call.path);
    if (!path) return refuse("BadPath");
    if (call.method !== "POST") return refuse("MethodNotAllowed");
    const token = path[1]?.toLowerCase() ?? "";
    const { mode } = this.#world;
    if (mode === "count") return this.#refuseDevice(token, null) ?? this.#take(token);

    const key = await this.#tokens.check(call.headers.authorization);
    if (typeof key === "string") return refuse(key);
    const wrong: Reason | null = checkHeaders(call.headers, key.topic);
    if (wrong) return refuse(wrong);
    const payload = readPayload(call.body, single(call.headers, "apns-push-type") ?? "");
    if (typeof payload === "string") return refuse(payload);
    const refused = this.#refuseDevice(token, key.topic);
    if (refused) return refused;

    const kept = KEPT_HEADERS.map((name) => [name, single(call.headers, name)] as const);
    const headers = Object.fromEntries(kept.filter(([, value]) => value !== undefined));
    this.#world.ledgers.apns.deliveries.push({
      id,
      recipient: token,
      at: Date.now(),
      headers: headers as Record<string, string>,
      size: call.body.length,
      content: payload.payload,
    });
    return this.#take(token);
  }

  #refuseDevice(token: string, topic: string | null): Answer | null {
    if (token === "") return refuse("MissingDeviceToken");
    const device = this.#world.recipients.get("apns", token);
    if (!TOKEN.test(token) || !device) return refuse("BadDeviceToken");
    if (device.diedAt !== null) return refuse("Unregistered", device.diedAt);
    if (this.#world.faults.apns.kills(token)) return refuse("Unregistered", Date.now());
    if (topic !== null && device.sender !== null && device.sender !== topic) {
      return refuse("DeviceTokenNotForTopic");
    }
    return null;
  }

  #take(token: string): Answer {
    const device = this.#world.recipients.get("apns", token);
    if (device) device.received += 1;
    return { status: 200, reason: null };
  }
}
