// The channels API's form of every refusal: {"statusCode", "message", "error"}, the 429 without `error`; a body's
// misfits are a list of sentences. The texts are the contract's (docs/contracts.md, Channels 1).
import { z } from "@hono/zod-openapi";
import type { Answer } from "../../http/answer.ts";
import type { Refusal, Thing } from "../../kit/refusal.ts";
import { SECOND_MS } from "../../kit/time.ts";

export const ErrorBody = z
  .object({
    statusCode: z.int(),
    message: z.union([z.string(), z.array(z.string())]),
    error: z.string().optional(),
  })
  .openapi("ChannelError");

const MISSING: Partial<Record<Thing, string>> = {
  channel: "Channel not found",
  subscription: "Subscription not found",
};

/** The answer to a refusal. */
export function refusalAnswer(refusal: Refusal): Answer {
  switch (refusal.code) {
    case "malformed":
      return error(400, refusal.message, "Bad Request");
    case "invalid":
      return error(400, sentences(refusal), "Bad Request");
    case "unauthenticated":
      return error(401, "Channel api key is no valid.", "Unauthorized");
    case "not_found":
      return error(404, MISSING[refusal.what] ?? "Not found", "Not Found");
    case "method_not_allowed":
      return error(405, "Method not allowed", "Method Not Allowed", {
        allow: refusal.allow.join(", "),
      });
    case "too_large":
      return error(
        413,
        `The request body is larger than ${refusal.limit} bytes`,
        "Payload Too Large",
      );
    case "rate_limited":
      return tooMany(refusal);
    default:
      return error(400, "The request can't be read", "Bad Request");
  }
}

/** The answer to a fault of ours. */
export function faultAnswer(): Answer {
  return { status: 500, body: { statusCode: 500, message: "Internal server error" } };
}

/** Each misfit with its field before it; schemas of this surface word them so that this makes a sentence. */
function sentences({ issues }: Refusal & { code: "invalid" }): string[] {
  return issues.map(({ path, message }) => `${path.map(String).join(".") || "body"} ${message}`);
}

function tooMany({ limit, resetAt }: { limit: number; resetAt: number }): Answer {
  const seconds = Math.max(1, Math.ceil((resetAt - Date.now()) / SECOND_MS));
  return {
    status: 429,
    body: { statusCode: 429, message: "ThrottlerException: Too Many Requests" },
    headers: {
      "x-ratelimit-limit": String(limit),
      "x-ratelimit-remaining": "0",
      "x-ratelimit-reset": String(Math.ceil(resetAt / SECOND_MS)),
      "retry-after": String(seconds),
    },
  };
}

function error(
  statusCode: number,
  message: string | string[],
  name: string,
  headers: Record<string, string> = {},
): Answer {
  return { status: statusCode, body: { statusCode, message, error: name }, headers };
}
