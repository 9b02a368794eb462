// API v1's form of every refusal: {"message", ...}, validation as {"message", "errors"} in the sentences of
// docs/contracts.md, App-builder 2 and 7.
import { z } from "@hono/zod-openapi";
import type { Answer } from "../../http/answer.ts";
import type { Refusal, Thing } from "../../kit/refusal.ts";
import { SECOND_MS } from "../../kit/time.ts";
import { shownStatus } from "./forms.ts";
import { sentences } from "./sentences.ts";

export const ErrorBody = z
  .object({ message: z.string(), error: z.string().optional() })
  .openapi("Error");
export const InvalidBody = z
  .object({ message: z.string(), errors: z.record(z.string(), z.array(z.string())) })
  .openapi("ValidationError");

const MISSING: Record<Thing, string> = {
  account: "Account not found.",
  api_key: "API key not found.",
  app: "App not found.",
  build: "Build not found.",
  builder: "Builder not found.",
  channel: "Channel not found.",
  code: "Code not found.",
  instance: "Instance not found.",
  keystore: "Keystore not found.",
  notification: "Notification not found.",
  plan: "Plan not found.",
  push: "Push not found.",
  push_credential: "Push credential not found.",
  sending: "Sending not found.",
  subscriber: "Subscriber not found.",
  subscription: "Subscription not found.",
  route: "Not found.",
  webhook: "Webhook not found.",
};

/** The answer to a refusal. */
export function refusalAnswer(refusal: Refusal): Answer {
  switch (refusal.code) {
    case "unauthenticated":
      return plain(401, "Unauthenticated.", { "www-authenticate": "Bearer" });
    case "forbidden":
      return plain(403, refusal.message);
    case "rate_limited":
      return plain(429, "Too Many Attempts.", {
        "x-ratelimit-limit": String(refusal.limit),
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": String(Math.ceil(refusal.resetAt / SECOND_MS)),
        "retry-after": String(Math.max(1, Math.ceil((refusal.resetAt - Date.now()) / SECOND_MS))),
      });
    case "not_found":
      return plain(404, MISSING[refusal.what]);
    case "malformed":
      return plain(400, refusal.message);
    case "too_large":
      return plain(413, `The request body is larger than ${refusal.limit} bytes.`);
    case "method_not_allowed":
      return plain(405, "Method not allowed.", { allow: refusal.allow.join(", ") });
    case "invalid":
      return { status: 422, body: sentences(refusal.issues) };
    case "active_build":
      return coded(409, refusal.code, "App already has an active build in progress.");
    case "active_builds":
      return coded(409, refusal.code, "Cannot delete app with active builds.");
    case "keystore_in_use":
      return coded(409, refusal.code, "Cannot delete a keystore that an active build needs.");
    case "insufficient_credits":
      return coded(402, refusal.code, "Insufficient build credits.", {
        required_credits: refusal.required,
        available_credits: refusal.available,
      });
    case "no_builders":
      return coded(503, refusal.code, "No builders available. Please try again later.");
    case "build_not_completed":
      return coded(400, refusal.code, "Build is not completed yet.", { status: refusal.status });
    case "artifact_not_found":
      return coded(404, refusal.code, "Build artifact not available.");
    case "not_cancellable":
      return coded(400, refusal.code, "Cannot cancel a build that has already finished.", {
        status: refusal.status,
      });
    case "link_invalid":
      return coded(
        403,
        refusal.expired ? "link_expired" : "link_invalid",
        refusal.expired ? "This download link has expired." : "This download link is not valid.",
      );
    case "notifications_not_configured":
      return coded(400, refusal.code, "Push notifications are not configured for this app.");
    case "already_sent":
      return coded(400, refusal.code, "Cannot cancel a notification that has already been sent.", {
        status: shownStatus(refusal.status),
      });
    case "not_editable":
      return coded(409, refusal.code, "Only drafts and scheduled notifications can be changed.", {
        status: shownStatus(refusal.status),
      });
    case "changed_meanwhile":
      return coded(409, refusal.code, "This was changed by others at the same time.");
    case "idempotency_conflict":
      return coded(
        409,
        "idempotency_conflict",
        refusal.running
          ? "A request with this Idempotency-Key is still running."
          : "This Idempotency-Key was used before with another request body.",
      );
  }
}

/** The answer to a fault of ours. */
export function faultAnswer(requestId: string): Answer {
  return { status: 500, body: { message: "Server Error", request_id: requestId } };
}

function plain(status: number, message: string, headers: Record<string, string> = {}): Answer {
  return { status, body: { message }, headers };
}

function coded(status: number, error: string, message: string, facts: object = {}): Answer {
  return { status, body: { message, error, ...facts } };
}
