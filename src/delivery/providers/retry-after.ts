// The Retry-After header: seconds or an HTTP date (RFC 9110 sections 10.2.3 and 5.6.7).
import { HOUR_MS, SECOND_MS } from "../../kit/time.ts";

/** Longest pause honoured, ms: the longest delay a queue message can have. */
export const MAX_RETRY_AFTER_MS = 12 * HOUR_MS;

const SECONDS = /^\d{1,10}$/;
/** The one form servers send today; the two obsolete ones are left to the caller's own pause. */
const HTTP_DATE =
  /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** How long to wait from `now`, ms, within 0 and MAX_RETRY_AFTER_MS; null when absent or unreadable. */
export function retryAfterMs(headers: Headers, now: number): number | null {
  const value = headers.get("retry-after")?.trim() ?? "";
  if (SECONDS.test(value)) return bounded(Number(value) * SECOND_MS);
  const date = HTTP_DATE.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? null : bounded(date - now);
}

function bounded(ms: number): number {
  return Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS);
}
