// Reads the API's answers: a body into the protocol's shape, a refusal into the fault it means.
import type { z } from "zod";
import { ProtocolError } from "../src/protocol/builder.ts";
import { ApiFault, LeaseEnded } from "./faults.ts";
import type { HttpAnswer } from "./http.ts";

/** Code of an answer that arrived whole and does not follow the protocol: API and builder differ in version. */
export const MALFORMED_ANSWER = "malformed_answer";

/** Statuses besides 5xx after which the same request may work later (RFC 9110 section 15.5.9, RFC 6585 section 4). */
const TRANSIENT_STATUSES = new Set([408, 429]);
/** Longest part of the API's own error message that is passed on, characters. */
const MAX_QUOTED_MESSAGE = 200;

/** Parses a JSON body. The fault names the fields that are wrong and quotes none: they may be secrets. */
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

/** What a status that is not the awaited one means. */
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

/** undefined for what is not JSON; the parser's own message would quote the text. */
function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
