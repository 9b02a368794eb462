// Resend's `POST /emails`: API key, headers, the mail, and its Idempotency-Key. A field that the reference does not name is refused.
// Reference: Resend, "Send Email", "Errors", "Idempotency Keys".
import { createHash, randomUUID } from "node:crypto";
import { z } from "zod";
import { type AnsweredFault, retryAfterHeader } from "../faults.ts";
import type { Answer, Call } from "../exchange.ts";
import type { World } from "../world.ts";

/** Most recipients of one mail. */
const MAX_TO = 50;
/** Longest Idempotency-Key, characters. It counts for a day, which is longer than a stand-in is tested. */
const MAX_KEY = 256;

/** An address, alone or as `Name <address>`. */
const Address = z
  .string()
  .regex(/^([^<>\r\n]+ <[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+>|[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+)$/);
const Addresses = z.union([Address, z.array(Address).min(1).max(MAX_TO)]);

const Mail = z
  .strictObject({
    from: Address,
    to: Addresses,
    subject: z
      .string()
      .min(1)
      .regex(/^[^\r\n]*$/),
    text: z.string().optional(),
    html: z.string().optional(),
    cc: Addresses.optional(),
    bcc: Addresses.optional(),
    reply_to: Addresses.optional(),
    headers: z.record(z.string(), z.string()).optional(),
    tags: z.array(z.strictObject({ name: z.string(), value: z.string() })).optional(),
    attachments: z.array(z.looseObject({})).optional(),
    scheduled_at: z.string().optional(),
  })
  .refine(({ text, html }) => text !== undefined || html !== undefined);

const STATUS = {
  missing_api_key: 401,
  invalid_api_key: 403,
  user_agent_required: 403,
  not_found: 404,
  method_not_allowed: 405,
  invalid_idempotency_key: 400,
  invalid_idempotent_request: 409,
  validation_error: 422,
  rate_limit_exceeded: 429,
  application_error: 500,
} as const;

function refuse(name: keyof typeof STATUS, message: string): Answer {
  const statusCode = STATUS[name];
  return { status: statusCode, body: { statusCode, name, message }, reason: name };
}

export class MailSend {
  #world: World;
  /** What was sent under each Idempotency-Key: a digest of the body, and the mail's id. */
  #sent = new Map<string, { digest: string; id: string }>();

  constructor(world: World) {
    this.#world = world;
  }

  handle(call: Call): Answer {
    if (call.path !== "/emails")
      return refuse("not_found", "The requested endpoint does not exist.");
    if (call.method !== "POST") return refuse("method_not_allowed", "POST only.");
    return this.#refuseCaller(call) ?? this.#send(call);
  }

  fault(fault: AnsweredFault): Answer {
    const isLimit = fault.kind === "rate_limited";
    const answer = refuse(
      isLimit ? "rate_limit_exceeded" : "application_error",
      "Try again later.",
    );
    return { ...answer, status: fault.status, headers: retryAfterHeader(fault) };
  }

  #refuseCaller({ headers }: Call): Answer | null {
    const { authorization, "user-agent": agent, "content-type": type } = headers;
    if (!authorization)
      return refuse("missing_api_key", "Missing API key in the authorization header.");
    if (authorization !== `Bearer ${this.#world.mailToken}`) {
      return refuse("invalid_api_key", "API key is invalid.");
    }
    if (!agent) return refuse("user_agent_required", "A User-Agent header is required.");
    if (!type?.startsWith("application/json")) {
      return refuse("validation_error", "The body must be JSON.");
    }
    return null;
  }

  #send({ headers, body }: Call): Answer {
    const key = headers["idempotency-key"];
    if (Array.isArray(key) || key === "" || (key?.length ?? 0) > MAX_KEY) {
      return refuse("invalid_idempotency_key", `The key must have 1 to ${MAX_KEY} characters.`);
    }
    const parsed = Mail.safeParse(jsonOf(body));
    if (!parsed.success) return refuse("validation_error", z.prettifyError(parsed.error));
    const digest = createHash("sha256").update(body).digest("hex");
    const before = key === undefined ? undefined : this.#sent.get(key);
    if (before && before.digest !== digest) {
      return refuse("invalid_idempotent_request", "The key was used with another payload.");
    }
    const id = before?.id ?? randomUUID();
    if (key !== undefined) this.#sent.set(key, { digest, id });
    if (!before) this.#keep(id, parsed.data, body.length);
    return { status: 200, body: { id }, reason: null };
  }

  #keep(id: string, mail: z.output<typeof Mail>, size: number): void {
    for (const recipient of [mail.to].flat()) {
      const kept = { id, recipient, at: Date.now(), headers: {}, size, content: mail };
      this.#world.ledgers.mail.deliveries.push(kept);
    }
  }
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return null;
  }
}
