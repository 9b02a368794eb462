// How each attempt at a delivery went, in a column of its row: added by the statement that records the attempt, so that it
// costs no row and no query of its own.
import type { LoggedAttempt } from "../../db/schema/index.ts";
import type { WebhookDelivery } from "./list-deliveries.ts";
import type { Attempted } from "./post.ts";
import { MAX_ATTEMPTS } from "./retry.ts";

export type { LoggedAttempt };

/** Most attempts that are kept, the newest: all that a delivery has until it ends, and of a replay what fits beside them. */
export const MAX_LOGGED = MAX_ATTEMPTS;
/** Longest error kept of each, characters: with MAX_LOGGED of them, no more than the answer takes, or little more. */
const MAX_ERROR = 80;

/** Returns the delivery's log with the attempt that it is at, which began and took so long, ms. */
export function withAttempt(
  { attempts: attempt, attemptLog }: WebhookDelivery,
  times: Pick<LoggedAttempt, "at" | "ms">,
  { responseStatus: status, error, retryAfterMs: asked }: Attempted,
): LoggedAttempt[] {
  const logged: LoggedAttempt = {
    attempt,
    ...times,
    status,
    // An answer's status says what was wrong with it.
    ...(status === null && error !== null ? { error: error.slice(0, MAX_ERROR) } : {}),
    ...(asked === null ? {} : { asked }),
  };
  return [...attemptLog, logged].slice(-MAX_LOGGED);
}
