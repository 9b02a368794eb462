// What the pages answer to what is not a visit: a wrong method, too many requests.
import type { Answer } from "../../http/answer.ts";
import type { Refusal } from "../../kit/refusal.ts";
import { SECOND_MS } from "../../kit/time.ts";

export function refusalAnswer(refusal: Refusal): Answer {
  switch (refusal.code) {
    case "method_not_allowed":
      return {
        ...error(405, "Method not allowed."),
        headers: { allow: refusal.allow.join(", ") },
      };
    case "rate_limited": {
      const seconds = Math.max(1, Math.ceil((refusal.resetAt - Date.now()) / SECOND_MS));
      return {
        ...error(429, "Too many requests."),
        headers: { "retry-after": String(seconds) },
      };
    }
    case "not_found":
      return error(404, "Not found.");
    default:
      return error(400, "The request can't be read.");
  }
}

export function faultAnswer(requestId: string): Answer {
  return error(500, `Server error, request ${requestId}.`);
}

function error(status: number, message: string): Answer {
  return { status, body: { message } };
}
