// What is left of the rate limits that a request was counted by, and the headers that report it to clients: x-ratelimit-*
// of the one that is nearest to its end, and RateLimit and RateLimit-Policy of all
// (draft-ietf-httpapi-ratelimit-headers-11; structured fields, RFC 9651). All of them say the same.
import { refuse } from "../kit/refusal.ts";
import { MINUTE_MS, SECOND_MS } from "../kit/time.ts";

/** The requests left in the current minute, which ends at `resetAt`, ms. */
export interface Quota {
  /** The limit's name, as clients see it: an HTTP token. */
  name: string;
  limit: number;
  remaining: number;
  resetAt: number;
  /** How long a client should wait until the minute ends: whole seconds, at least one. */
  resetInS: number;
}

/** A request that was counted; `isOver`: it was one too many. */
export interface Counted extends Quota {
  isOver: boolean;
}

/** The length of the window of every rate limit, s. */
const WINDOW_S = MINUTE_MS / SECOND_MS;

/** Makes what is known of a request that was counted at `now`, ms, as number `count` of the minute. */
export function countedOf(
  { name, limit }: { name: string; limit: number },
  { count, resetAt }: { count: number; resetAt: number },
  now: number,
): Counted {
  const resetInS = Math.max(1, Math.ceil((resetAt - now) / SECOND_MS));
  return {
    name,
    limit,
    remaining: Math.max(0, limit - count),
    resetAt,
    resetInS,
    isOver: count > limit,
  };
}

/** Notes in `quotas`, for the headers of the answer, that the request was counted. Refuses `rate_limited`. */
export function admit(quotas: Quota[], { isOver, ...quota }: Counted): void {
  quotas.push(quota);
  if (isOver) refuse({ code: "rate_limited", retryAfterS: quota.resetInS });
}

/** Headers for the answer to a request that was counted by all these limits, in this order; none if there are none. */
export function quotaHeaders(quotas: readonly Quota[]): Record<string, string> {
  // The one that refused was counted last, and has none left: it comes first.
  const nearest = quotas.toReversed().toSorted((a, b) => a.remaining - b.remaining);
  const [first] = nearest;
  if (!first) return {};
  const list = (item: (quota: Quota) => string) => nearest.map(item).join(", ");
  return {
    "x-ratelimit-limit": String(first.limit),
    "x-ratelimit-remaining": String(first.remaining),
    "x-ratelimit-reset": String(Math.ceil(first.resetAt / SECOND_MS)),
    ratelimit: list(({ name, remaining, resetInS }) => `"${name}";r=${remaining};t=${resetInS}`),
    "ratelimit-policy": list(({ name, limit }) => `"${name}";q=${limit};w=${WINDOW_S}`),
  };
}
