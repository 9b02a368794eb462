// The push API's form of errors: {"error": "..."}, with the violations of each field in "details".
import { z } from "@hono/zod-openapi";
import { details } from "../../http/details.ts";
import { answersOf, challenge, lackedRight, unmet, type ErrorFacts } from "../../http/errors.ts";

export const ErrorBody = z
  .object({
    error: z
      .string()
      .openapi({ description: "What is wrong, as a sentence.", example: "Not found" }),
    retry_after: z
      .int()
      .optional()
      .openapi({ description: "Of a 429: the seconds until the request may come again." }),
    request_id: z
      .string()
      .optional()
      .openapi({ description: "Of a 500: the id of the request, by which its operators find it." }),
  })
  .openapi("PushError", { description: "The push API's refusal of a request." });
export const InvalidBody = z
  .object({
    error: z.literal("Validation failed").openapi({ description: "Always the same sentence." }),
    details: z.record(z.string(), z.array(z.string())).openapi({
      description: "Phrases about each field that is not valid, by its dotted name.",
      example: { title: ["is required"] },
    }),
  })
  .openapi("PushValidationError", {
    description: "The push API's refusal of a request whose fields are not valid.",
  });

function body({ message, cause, requestId }: ErrorFacts) {
  switch (cause.code) {
    case "invalid":
      return { error: message, details: details(cause.issues) };
    case "rate_limited":
      return { error: message, retry_after: cause.retryAfterS };
    case "internal":
      return { error: message, request_id: requestId };
    default:
      return { error: message };
  }
}

/** The answers to a refusal and to a fault of ours. */
export const { refusalAnswer, faultAnswer } = answersOf(body, {
  ...unmet(null),
  unauthenticated: { says: "Invalid or missing API key", headers: challenge },
  // The contract's text leaves no room for the reason.
  forbidden: { says: "Insufficient scope", headers: lackedRight },
  rate_limited: { says: "Rate limit exceeded" },
  not_found: { says: "Not found" },
  too_large: { says: ({ limit }) => `The request body is larger than ${limit} bytes` },
  method_not_allowed: { says: "Method not allowed" },
  invalid: { says: "Validation failed" },
  active_builds: { says: "Cannot delete an app with active builds" },
  // These have the sentence of the table.
  notifications_not_configured: {},
  already_sent: {
    status: 409,
    says: ({ status }) => `The notification can't be cancelled any more: it is ${status}`,
  },
  not_editable: {
    says: ({ status }) => `Only drafts and scheduled notifications can be changed: it is ${status}`,
  },
  segment_in_use: {},
  delivery_pending: {
    says: "This delivery is still pending: only one that was delivered or has failed can be sent again",
  },
  changed_meanwhile: {
    says: "The notification was changed by others at the same time: try again",
  },
  idempotency_conflict: {
    says: ({ running }) =>
      running
        ? "A request with this Idempotency-Key is still running"
        : "This Idempotency-Key was used before with another request body",
  },
  internal: { says: "Server error" },
});
