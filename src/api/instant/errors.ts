// The instant-send API's form of errors: {"error", "req_id"}; what does not validate is a 400.
import { z } from "@hono/zod-openapi";
import { details } from "../../http/details.ts";
import {
  answersOf,
  challenge,
  expired,
  suspended,
  unmet,
  type ErrorFacts,
} from "../../http/errors.ts";
import type { RefusalOf, Thing } from "../../kit/refusal.ts";

export const ErrorBody = z
  .object({
    error: z
      .string()
      .openapi({ example: "validation error: name is required" })
      .openapi({ description: "What is wrong, as a sentence." }),
    req_id: z.string().openapi({
      example: "0f8fad5b-d9cb-469f-a165-70867728950e",
      description: "The id of the request, which is in the log too.",
    }),
  })
  .openapi("InstantError", { description: "The instant-send API's refusal of a request." });

/** What the contract calls the things that we call otherwise (docs/contracts.md, Instant-send 5). */
const NAMES: Partial<Record<Thing, string>> = {
  campaign: "sched",
  installation: "instance",
  lifecycle_event: "event",
  template: "push",
  route: "path",
};

function body({ message, requestId }: ErrorFacts) {
  return { error: message, req_id: requestId };
}

/** The answers to a refusal and to a fault of ours. */
export const { refusalAnswer, faultAnswer } = answersOf(body, {
  ...unmet(null),
  unauthenticated: {
    says: ({ expiredAt }) =>
      expiredAt === undefined
        ? "unauthorized: the API key is missing or not valid"
        : `unauthorized: ${expired(expiredAt).replace("The", "the")}`,
    headers: challenge,
  },
  forbidden: { says: ({ message }) => `forbidden: ${message}` },
  account_suspended: {
    says: (refusal) => `forbidden: ${suspended(refusal).replace("This", "this")}`,
  },
  rate_limited: { says: "too many requests" },
  not_found: { says: ({ what }) => `not found: ${NAMES[what] ?? what}` },
  malformed: { says: ({ message }) => `validation error: ${message}` },
  too_large: { says: ({ limit }) => `the request body is larger than ${limit} bytes` },
  method_not_allowed: { says: "method not allowed" },
  invalid: { status: 400, says: (refusal) => `validation error: ${violations(refusal)}` },
  notifications_not_configured: { says: "validation error: the app has no push configured" },
  idempotency_conflict: {
    says: ({ running }) =>
      running
        ? "a request with this Idempotency-Key is still running"
        : "this Idempotency-Key was used before with another request body",
  },
  internal: { says: "server error" },
});

function violations({ issues }: RefusalOf<"invalid">): string {
  return Object.entries(details(issues))
    .map(([field, phrases]) => `${field} ${phrases.join(", ")}`)
    .join("; ");
}
