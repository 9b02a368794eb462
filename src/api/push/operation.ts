// An operation of the push API: by API key, counted by account, apart from API v1's requests.
import type { z } from "@hono/zod-openapi";
import { keyOperation, type Operation } from "../../http/operation.ts";

/** Requests a minute for an account. */
const PUSH_RATE = { name: "push", limit: 100 } as const;
/** Registrations of single subscribers a minute for an account, counted by themselves. */
export const REGISTRATION_RATE = { name: "push-registration", limit: 30 } as const;

/** As `keyOperation`, at the push API's rate unless the operation has its own. */
export function pushOperation<Params extends z.ZodObject, Output extends z.ZodType>(
  docs: Parameters<typeof keyOperation<Params, Output>>[0],
): Operation {
  return keyOperation({ rate: PUSH_RATE, ...docs });
}
