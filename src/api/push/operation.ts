// An operation of the push API, for API keys. Requests are counted by account, separately from those to API v1.
import type { z } from "@hono/zod-openapi";
import { PUSH_RATE } from "../../http/authenticate.ts";
import { keyOperation, type Operation } from "../../http/operation.ts";

/**
 * The separate limit for estimates, requests a minute for an account: each can count all of an app's subscribers, and nobody
 * who looks at an audience needs one a second for long. Dry runs count here too. No plan raises it, since the database
 * that counts is shared.
 */
export const ESTIMATE_RATE = { name: "push-estimate", limit: 60 } as const;

/** Makes a `keyOperation` with the rate limit of the push API, unless the operation has its own. */
export function pushOperation<Params extends z.ZodObject, Output extends z.ZodType>(
  docs: Parameters<typeof keyOperation<Params, Output>>[0],
): Operation {
  return keyOperation({ planRate: PUSH_RATE, ...docs });
}
