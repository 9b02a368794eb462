// The instant-send API's form of every refusal: {"error", "req_id"}; what does not validate is a 400.
import { z } from "@hono/zod-openapi";
import type { Answer } from "../../http/answer.ts";
import { details } from "../../http/details.ts";
import type { Refusal, Thing } from "../../kit/refusal.ts";
import { SECOND_MS } from "../../kit/time.ts";

export const ErrorBody = z
  .object({
    error: z.string().openapi({ example: "validation error: name is required" }),
    req_id: z.string().openapi({ description: "The request's id, which the log carries too." }),
  })
  .openapi("InstantError");

/** What is missing, where clients know it by another name (docs/contracts.md, Instant-send 5). */
const NAMES: Partial<Record<Thing, string>> = { sending: "sched", route: "path" };

/** The answer to a refusal of the request with this id. */
export function refusalAnswer(refusal: Refusal, requestId: string): Answer {
  const error = (status: number, message: string, headers: Record<string, string> = {}): Answer => {
    return { status, body: { error: message, req_id: requestId }, headers };
  };
  switch (refusal.code) {
    case "unauthenticated":
      return error(401, "unauthorized: the API key is missing or not valid", {
        "www-authenticate": "Bearer",
      });
    case "forbidden":
      return error(403, `forbidden: ${refusal.message}`);
    case "not_found":
      return error(404, `not found: ${NAMES[refusal.what] ?? refusal.what}`);
    case "invalid":
      return error(400, `validation error: ${told(refusal.issues)}`);
    case "malformed":
      return error(400, `validation error: ${refusal.message}`);
    case "too_large":
      return error(413, `the request body is larger than ${refusal.limit} bytes`);
    case "method_not_allowed":
      return error(405, "method not allowed", { allow: refusal.allow.join(", ") });
    case "rate_limited":
      return error(429, "too many requests", limits(refusal));
    case "notifications_not_configured":
      return error(400, "validation error: the app has no push configured");
    case "idempotency_conflict":
      return error(
        409,
        refusal.running
          ? "a request with this Idempotency-Key is still running"
          : "this Idempotency-Key was used before with another request body",
      );
    // of builds, keystores, downloads and single notifications, which this surface has none of
    case "active_build":
    case "active_builds":
    case "keystore_in_use":
    case "insufficient_credits":
    case "no_builders":
    case "build_not_completed":
    case "artifact_not_found":
    case "not_cancellable":
    case "link_invalid":
    case "already_sent":
    case "not_editable":
    case "changed_meanwhile":
      return error(400, refusal.code);
  }
}

/** The answer to a fault of ours. */
export function faultAnswer(requestId: string): Answer {
  return { status: 500, body: { error: "server error", req_id: requestId } };
}

function told(issues: Parameters<typeof details>[0]): string {
  return Object.entries(details(issues))
    .map(([field, phrases]) => `${field} ${phrases.join(", ")}`)
    .join("; ");
}

function limits({ limit, resetAt }: { limit: number; resetAt: number }): Record<string, string> {
  return {
    "x-ratelimit-limit": String(limit),
    "x-ratelimit-remaining": "0",
    "x-ratelimit-reset": String(Math.ceil(resetAt / SECOND_MS)),
    "retry-after": String(Math.max(1, Math.ceil((resetAt - Date.now()) / SECOND_MS))),
  };
}
