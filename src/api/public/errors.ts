// The public surface's form of a refusal: {"message", "error"}, and which fields are wrong in "details".
import { z } from "@hono/zod-openapi";
import type { Answer } from "../../http/answer.ts";
import { details } from "../../http/details.ts";
import type { Refusal } from "../../kit/refusal.ts";
import { SECOND_MS } from "../../kit/time.ts";

export const ErrorBody = z
  .object({ message: z.string(), error: z.string() })
  .openapi("PublicError");
export const InvalidBody = ErrorBody.extend({
  details: z.record(z.string(), z.array(z.string())),
}).openapi("PublicValidationError");

export function refusalAnswer(refusal: Refusal): Answer {
  switch (refusal.code) {
    case "link_invalid":
      return refusal.expired
        ? error(403, "link_expired", "This download link has expired. Ask for a new one.")
        : error(403, "link_invalid", "This download link is not valid.");
    case "unauthenticated":
      return error(401, refusal.code, "The app key or subscriber token is missing or not valid.");
    case "forbidden":
      return error(403, refusal.code, refusal.message);
    case "rate_limited":
      return rateLimited(refusal);
    case "invalid": {
      const { status, body } = error(422, refusal.code, "Some fields are not valid.");
      return { status, body: { ...body, details: details(refusal.issues) } };
    }
    case "malformed":
      return error(400, refusal.code, refusal.message);
    case "too_large":
      return error(413, refusal.code, `The request body is larger than ${refusal.limit} bytes.`);
    case "artifact_not_found":
      return error(404, refusal.code, "This file has been deleted.");
    case "not_found":
      return error(404, refusal.code, "Not found.");
    case "method_not_allowed":
      return {
        ...error(405, refusal.code, "Method not allowed."),
        headers: { allow: refusal.allow.join(", ") },
      };
    default:
      return error(400, refusal.code, "The request can't be read.");
  }
}

export function faultAnswer(requestId: string): Answer {
  return error(500, "internal", `Server error, request ${requestId}.`);
}

function rateLimited({ limit, resetAt }: { limit: number; resetAt: number }): Answer {
  const seconds = Math.max(1, Math.ceil((resetAt - Date.now()) / SECOND_MS));
  return {
    ...error(429, "rate_limited", "Too many requests."),
    headers: {
      "x-ratelimit-limit": String(limit),
      "x-ratelimit-remaining": "0",
      "x-ratelimit-reset": String(Math.ceil(resetAt / SECOND_MS)),
      "retry-after": String(seconds),
    },
  };
}

function error(status: number, code: string, message: string) {
  return { status, body: { message, error: code } };
}
