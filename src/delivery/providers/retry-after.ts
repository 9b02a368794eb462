// Reads the Retry-After header, which is seconds or an HTTP date (RFC 9110 sections 10.2.3 and 5.6.7).
import { HOUR_MS, SECOND_MS } from "../../kit/time.ts";

/** Longest pause, ms: the longest delay that a queue message can have. */
export const MAX_RETRY_AFTER_MS = 12 * HOUR_MS;

const SECONDS = /^\d{1,10}$/;
/** The only form of dates that servers send today; the two obsolete forms count as unreadable. */
const HTTP_DATE =
  /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** Returns how long to wait from `now`, ms, between 0 and MAX_RETRY_AFTER_MS; null if absent or unreadable. */
export function retryAfterMs(headers: Headers, now: number): number | null {
  const value = headers.get("retry-after")?.trim() ?? "";
  if (SECONDS.test(value)) return bounded(Number(value) * SECOND_MS);
  const date = HTTP_DATE.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? null : bounded(date - now);
}

function bounded(ms: number): number {
  return Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS);
}
