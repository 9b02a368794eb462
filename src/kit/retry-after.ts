// Reads the Retry-After header, which is seconds or an HTTP date (RFC 9110 sections 10.2.3 and 5.6.7).
import { SECOND_MS } from "./time.ts";

const SECONDS = /^\d+$/;
/** The form of dates that servers send today, and the two obsolete ones that a recipient has to read too. */
const HTTP_DATES = [
  /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/,
  /^(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/,
  /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/,
];

/** Returns how long to wait from `now`, ms, between 0 and `longest`; null if absent or unreadable. */
export function retryAfterMs(headers: Headers, now: number, longest: number): number | null {
  const value = headers.get("retry-after")?.trim() ?? "";
  const ms = SECONDS.test(value) ? Number(value) * SECOND_MS : httpDate(value) - now;
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), longest);
}

/** The time of an HTTP date, ms; NaN if it is none. */
function httpDate(text: string): number {
  if (!HTTP_DATES.some((form) => form.test(text))) return Number.NaN;
  // The form without a zone is in UTC too, and Date.parse would take it for a local time.
  return Date.parse(text.endsWith("GMT") ? text : `${text} GMT`);
}
