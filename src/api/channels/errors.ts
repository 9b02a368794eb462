// The channels API's form of errors: {"statusCode", "message", "error"}, without `error` for 429 and 500. The
// violations of a body are a list of sentences. The texts are the contract's (docs/contracts.md, Channels 1).
import { z } from "@hono/zod-openapi";
import { details } from "../../http/details.ts";
import { answersOf, unmet, type Status, type ErrorFacts } from "../../http/errors.ts";
import type { Thing } from "../../kit/refusal.ts";

export const ErrorBody = z
  .object({
    statusCode: z.int().openapi({ description: "The status of the answer.", example: 404 }),
    message: z.union([z.string(), z.array(z.string())]).openapi({
      description: "What is wrong: a sentence, or of a body a list of sentences.",
      example: "Channel not found",
    }),
    error: z.string().optional().openapi({
      description: "The name of the status. Absent of 429 and 500.",
      example: "Not Found",
    }),
  })
  .openapi("ChannelError", { description: "The channels API's refusal of a request." });

/** The value of `error` for each status. */
const NAMES: Record<Status, string | undefined> = {
  400: "Bad Request",
  401: "Unauthorized",
  402: "Payment Required",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  413: "Payload Too Large",
  422: "Unprocessable Entity",
  429: undefined,
  500: undefined,
  503: "Service Unavailable",
};

const MISSING: Partial<Record<Thing, string>> = {
  channel: "Channel not found",
  subscription: "Subscription not found",
};

function body({ status, message, cause }: ErrorFacts) {
  // The phrases complete a sentence that begins with the field.
  const sentences =
    cause.code === "invalid"
      ? Object.entries(details(cause.issues)).flatMap(([field, phrases]) =>
          phrases.map((phrase) => `${field} ${phrase}`),
        )
      : message;
  return { statusCode: status, message: sentences, error: NAMES[status] };
}

/** The answers to a refusal and to a fault of ours. */
export const { refusalAnswer, faultAnswer } = answersOf(body, {
  ...unmet("The request can't be read", "forbidden"),
  unauthenticated: { says: "Channel api key is no valid." },
  rate_limited: { says: "ThrottlerException: Too Many Requests" },
  not_found: { says: ({ what }) => MISSING[what] ?? "Not found" },
  too_large: { says: ({ limit }) => `The request body is larger than ${limit} bytes` },
  method_not_allowed: { says: "Method not allowed" },
  invalid: { status: 400 },
  internal: { says: "Internal server error" },
});
