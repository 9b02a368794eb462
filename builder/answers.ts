// Converts the API's answers: bodies to the protocol's types, refusals to faults.
import type { z } from "zod";
import { ProtocolError } from "../src/protocol/builder.ts";
import { ApiFault, LeaseEnded } from "./faults.ts";
import type { HttpAnswer } from "./http.ts";

/** The code for a complete answer that does not follow the protocol: API and builder have different versions. */
export const MALFORMED_ANSWER = "malformed_answer";

/** Statuses besides 5xx after which the same request may work later (RFC 9110 section 15.5.9, RFC 6585 section 4). */
const TRANSIENT_STATUSES = new Set([408, 429]);
/** Longest part of the API's own error message that is passed on, characters. */
const MAX_QUOTED_MESSAGE = 200;

/** Parses a JSON body. The fault names the wrong fields without their values, which may be secrets. */
export function readBody<T>(schema: z.ZodType<T>, answer: HttpAnswer): T {
  const parsed = schema.safeParse(parseJson(answer.body));
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map((issue) => issue.path.join(".") || "the whole body");
  throw new ApiFault(`the API's answer does not follow the protocol: ${fields.join(", ")}`, {
    status: answer.status,
    code: MALFORMED_ANSWER,
    transient: false,
  });
}

/** Converts an unexpected status to a fault. */
export function refusal(answer: HttpAnswer): ApiFault | LeaseEnded {
  const { status, retryAfterMs } = answer;
  const parsed = ProtocolError.safeParse(parseJson(answer.body));
  if (parsed.success && parsed.data.error === "lease_lost") {
    return new LeaseEnded(parsed.data.reason ?? "lost");
  }
  const said = parsed.success ? `: ${parsed.data.message.slice(0, MAX_QUOTED_MESSAGE)}` : "";
  return new ApiFault(`the API answered ${status}${said}`, {
    status,
    code: parsed.success ? parsed.data.error : null,
    transient: status >= 500 || TRANSIENT_STATUSES.has(status),
    retryAfterMs,
  });
}

/** Parses JSON. Returns undefined for other text, since the parser's message would quote it. */
function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
