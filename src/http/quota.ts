// What is left of a limit on requests, and the headers that tell a client of it.
import { SECOND_MS } from "../kit/time.ts";

/** Requests left in the present minute, which ends at `resetAt`, ms. */
export interface Quota {
  limit: number;
  remaining: number;
  resetAt: number;
}

/** The headers of an answer to a request that was counted. */
export function quotaHeaders({ limit, remaining, resetAt }: Quota): Record<string, string> {
  return {
    "x-ratelimit-limit": String(limit),
    "x-ratelimit-remaining": String(remaining),
    "x-ratelimit-reset": String(Math.ceil(resetAt / SECOND_MS)),
  };
}

/** How long a client should wait at the time `now`, ms, for the minute to end: whole seconds, at least one. */
export function secondsUntil(resetAt: number, now: number): number {
  return Math.max(1, Math.ceil((resetAt - now) / SECOND_MS));
}
