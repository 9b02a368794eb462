// FCM's messages:send (HTTP v1): who may send, what a message may be, what becomes of its token.
import { randomBytes } from "node:crypto";
import { type AnsweredFault, retryAfterHeader } from "../faults.ts";
import type { Answer, Call } from "../exchange.ts";
import type { World } from "../world.ts";
import { apiError, badRequest, fcmError } from "./errors.ts";
import { checkMessage } from "./rules.ts";
import { type Message, SendRequest, violations } from "./schema.ts";
import type { TokenEndpoint } from "./token.ts";

const PATH = /^\/v1\/projects\/([^/]+)\/messages:send$/;
/** A registration token: instance id, colon, secret. */
const TOKEN = /^[A-Za-z0-9_-]{10,}:[A-Za-z0-9_-]{20,}$/;

function ok(project: string, id: string): Answer {
  return { status: 200, body: { name: `projects/${project}/messages/${id}` }, reason: null };
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

export class FcmSend {
  #world: World;
  #tokens: TokenEndpoint;

  constructor(world: World, tokens: TokenEndpoint) {
    this.#world = world;
    this.#tokens = tokens;
  }

  handle(call: Call): Answer {
    const project = PATH.exec(call.path)?.[1];
    if (project === undefined) return apiError(404, "NOT_FOUND", "No such method.");
    if (call.method !== "POST") return apiError(405, "METHOD_NOT_ALLOWED", "POST only.");
    const refused = this.#authorise(call.headers.authorization, project);
    if (refused) return refused;

    const json = parse(call.body);
    if (json === undefined) {
      return badRequest([{ field: "", description: "Invalid JSON payload received." }]);
    }
    if (this.#world.mode === "count") return this.#count(project, json);
    const request = SendRequest.safeParse(json);
    if (!request.success) return badRequest(violations(request.error));
    const { message, validate_only: validateOnly = false } = request.data;
    if (!message) {
      const field = "message";
      return badRequest([{ field, description: "The message is missing." }]);
    }
    const found = checkMessage(message);
    if (found.length > 0) {
      const text = found.map(({ description }) => description).join("\n");
      return fcmError("INVALID_ARGUMENT", text, found);
    }
    return (
      (message.token === undefined ? null : this.#refuseToken(message.token, project)) ??
      (validateOnly
        ? ok(project, "fake_message_id")
        : this.#take(project, message, call.body.length))
    );
  }

  fault(fault: AnsweredFault): Answer {
    const headers = retryAfterHeader(fault);
    if (fault.kind === "rate_limited") {
      return { ...fcmError("QUOTA_EXCEEDED", "Quota exceeded."), headers };
    }
    const code = fault.status === 500 ? "INTERNAL" : "UNAVAILABLE";
    return { ...fcmError(code, "The service is unavailable."), status: fault.status, headers };
  }

  #authorise(header: string | undefined, project: string): Answer | null {
    const bearer = /^Bearer (\S+)$/i.exec(header ?? "")?.[1];
    const token = bearer === undefined ? null : this.#tokens.find(bearer);
    const account = token && this.#world.credentials.fcm.get(token.clientEmail);
    if (!account) {
      const message = "Request had invalid authentication credentials.";
      return apiError(401, "UNAUTHENTICATED", message);
    }
    if (account.projectId === project) return null;
    const message = `Permission 'cloudmessaging.messages.create' denied on projects/${project}`;
    return apiError(403, "PERMISSION_DENIED", message);
  }

  #refuseToken(token: string, project: string): Answer | null {
    const device = this.#world.recipients.get("fcm", token);
    if (!device && !TOKEN.test(token)) {
      const message = "The registration token is not a valid FCM registration token";
      const description = "Invalid registration token";
      return fcmError("INVALID_ARGUMENT", message, [{ field: "message.token", description }]);
    }
    if (!device || device.diedAt !== null || this.#world.faults.fcm.kills(token)) {
      return fcmError("UNREGISTERED", "Requested entity was not found.");
    }
    if (device.sender !== null && device.sender !== project) {
      return fcmError("SENDER_ID_MISMATCH", "SenderId mismatch");
    }
    if (device.thirdPartyRefuses) {
      return fcmError("THIRD_PARTY_AUTH_ERROR", "Auth error from APNS or Web Push Service");
    }
    return null;
  }

  #take(project: string, message: Message, size: number): Answer {
    const id = `0:${Date.now()}${randomBytes(8).toString("hex")}`;
    const device = this.#world.recipients.get("fcm", message.token ?? "");
    if (device) device.received += 1;
    const { token, topic, condition } = message;
    const recipient = token ?? (topic === undefined ? `${condition}` : `/topics/${topic}`);
    const content = message;
    const delivery = { id, recipient, at: Date.now(), headers: {}, size, content };
    this.#world.ledgers.fcm.deliveries.push(delivery);
    return ok(project, id);
  }

  /** Looks at the token only. */
  #count(project: string, json: unknown): Answer {
    const token = (json as { message?: { token?: unknown } } | null)?.message?.token;
    if (typeof token !== "string") return fcmError("INVALID_ARGUMENT", "No token.");
    const refused = this.#refuseToken(token, project);
    if (refused) return refused;
    const device = this.#world.recipients.get("fcm", token);
    if (device) device.received += 1;
    return ok(project, "counted");
  }
}
