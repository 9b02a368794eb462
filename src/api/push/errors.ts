// The push API's form of every refusal: flat, {"error": "..."}, validation with "details" by field.
import { z } from "@hono/zod-openapi";
import type { Answer } from "../../http/answer.ts";
import { details } from "../../http/details.ts";
import type { Refusal } from "../../kit/refusal.ts";
import { SECOND_MS } from "../../kit/time.ts";

export const ErrorBody = z
  .object({ error: z.string(), retry_after: z.int().optional() })
  .openapi("PushError");
export const InvalidBody = z
  .object({
    error: z.literal("Validation failed"),
    details: z.record(z.string(), z.array(z.string())),
  })
  .openapi("PushValidationError");

/** The answer to a refusal. */
export function refusalAnswer(refusal: Refusal): Answer {
  switch (refusal.code) {
    case "unauthenticated":
      return error(401, "Invalid or missing API key", { "www-authenticate": "Bearer" });
    case "forbidden":
      return error(403, "Insufficient scope");
    case "rate_limited":
      return rateLimited(refusal);
    case "not_found":
      return error(404, "Not found");
    case "malformed":
      return error(400, refusal.message);
    case "too_large":
      return error(413, `The request body is larger than ${refusal.limit} bytes`);
    case "method_not_allowed":
      return error(405, "Method not allowed", { allow: refusal.allow.join(", ") });
    case "invalid":
      return {
        status: 422,
        body: { error: "Validation failed", details: details(refusal.issues) },
      };
    case "active_builds":
      return error(409, "Cannot delete an app with active builds");
    case "notifications_not_configured":
      return error(400, "Push notifications are not configured for this app.");
    case "already_sent":
      return error(409, `The notification can't be cancelled any more: it is ${refusal.status}`);
    case "not_editable":
      return error(
        409,
        `Only drafts and scheduled notifications can be changed: it is ${refusal.status}`,
      );
    case "changed_meanwhile":
      return error(409, "The notification was changed by others at the same time: try again");
    case "idempotency_conflict":
      return error(
        409,
        refusal.running
          ? "A request with this Idempotency-Key is still running"
          : "This Idempotency-Key was used before with another request body",
      );
    // of builds, keystores and downloads, which this surface has none of
    case "active_build":
    case "keystore_in_use":
    case "insufficient_credits":
    case "no_builders":
    case "build_not_completed":
    case "artifact_not_found":
    case "not_cancellable":
    case "link_invalid":
      return error(400, refusal.code);
  }
}

/** The answer to a fault of ours. */
export function faultAnswer(requestId: string): Answer {
  return { status: 500, body: { error: "Server error", request_id: requestId } };
}

function rateLimited({ limit, resetAt }: { limit: number; resetAt: number }): Answer {
  const seconds = Math.max(1, Math.ceil((resetAt - Date.now()) / SECOND_MS));
  return {
    status: 429,
    body: { error: "Rate limit exceeded", retry_after: seconds },
    headers: {
      "x-ratelimit-limit": String(limit),
      "x-ratelimit-remaining": "0",
      "x-ratelimit-reset": String(Math.ceil(resetAt / SECOND_MS)),
      "retry-after": String(seconds),
    },
  };
}

function error(status: number, message: string, headers: Record<string, string> = {}): Answer {
  return { status, body: { error: message }, headers };
}
