// The public surface's form of a refusal: {"message", "error"}.
import { z } from "@hono/zod-openapi";
import type { Answer } from "../../http/answer.ts";
import type { Refusal } from "../../kit/refusal.ts";

export const ErrorBody = z.object({ message: z.string(), error: z.string() }).openapi("PublicError");
export const InvalidBody = ErrorBody;

export function refusalAnswer(refusal: Refusal): Answer {
  switch (refusal.code) {
    case "link_invalid":
      return refusal.expired
        ? error(403, "link_expired", "This download link has expired. Ask for a new one.")
        : error(403, "link_invalid", "This download link is not valid.");
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

function error(status: number, code: string, message: string): Answer {
  return { status, body: { message, error: code } };
}
