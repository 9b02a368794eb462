// The builder protocol's form of a refusal: ProtocolError of src/protocol.
import type { Answer } from "../../http/answer.ts";
import { json } from "../../http/answer.ts";
import type { Refusal } from "../../kit/refusal.ts";
import type { LeaseEnd, ProtocolError } from "../../protocol/builder.ts";

export function refusalAnswer(refusal: Refusal): Answer {
  switch (refusal.code) {
    case "unauthenticated":
      return error(401, { error: "unauthenticated", message: "The builder token is not valid." });
    case "not_found":
      return error(404, { error: "not_found", message: "Not found." });
    case "method_not_allowed":
      return error(
        405,
        { error: "method_not_allowed", message: "Method not allowed." },
        { allow: refusal.allow.join(", ") },
      );
    case "too_large":
      return error(413, {
        error: "too_large",
        message: `The body is larger than ${refusal.limit} bytes.`,
      });
    case "malformed":
      return error(400, { error: "invalid_request", message: refusal.message });
    case "invalid": {
      const [issue] = refusal.issues;
      const message = `${issue?.path.join(".") ?? "body"}: ${issue?.message ?? "not valid"}`;
      return error(422, { error: "invalid_request", message });
    }
    default:
      return error(400, { error: "invalid_request", message: refusal.code });
  }
}

export function faultAnswer(requestId: string): Answer {
  return error(500, { error: "internal", message: `Server error, request ${requestId}.` });
}

/** The answer to a report from a builder that no longer holds the lease. */
export function leaseLost(reason: LeaseEnd): Response {
  return json(
    error(409, { error: "lease_lost", message: `The lease is over: ${reason}.`, reason }),
  );
}

export function protocolError(status: number, body: ProtocolError): Response {
  return json(error(status, body));
}

function error(status: number, body: ProtocolError, headers: Record<string, string> = {}): Answer {
  return { status, body, headers };
}
