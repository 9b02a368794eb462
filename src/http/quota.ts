// What is left of a rate limit, and the headers that report it to clients.
import { SECOND_MS } from "../kit/time.ts";

/** The requests left in the current minute, which ends at `resetAt`, ms. */
export interface Quota {
  limit: number;
  remaining: number;
  resetAt: number;
}

/** Headers for the answer to a request that was counted. */
export function quotaHeaders({ limit, remaining, resetAt }: Quota): Record<string, string> {
  return {
    "x-ratelimit-limit": String(limit),
    "x-ratelimit-remaining": String(remaining),
    "x-ratelimit-reset": String(Math.ceil(resetAt / SECOND_MS)),
  };
}

/** How long a client should wait from `now`, ms, until the minute ends: whole seconds, at least one. */
export function secondsUntil(resetAt: number, now: number): number {
  return Math.max(1, Math.ceil((resetAt - now) / SECOND_MS));
}
