// Times are milliseconds since 1970 everywhere inside; these functions format them for people and APIs.

export const SECOND_MS = 1000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** Formats a time for API v1, in ISO 8601 with microseconds and Z: 2024-01-01T00:00:00.000000Z. */
export function microseconds(ms: number): string {
  return new Date(ms).toISOString().replace("Z", "000Z");
}

/** Formats a time for the push API, in ISO 8601 with whole seconds and Z: 2025-06-14T12:00:00Z. */
export function wholeSeconds(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** The UTC day of a time: 2025-06-14. */
export function utcDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** Formats a time in ISO 8601 with whole seconds and a numeric offset: 2024-01-08T00:00:00+00:00. */
export function withOffset(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}+00:00`;
}

/**
 * Returns the first monthly anniversary of `anchor` after `after`, in UTC. In a month without that day it is the last
 * day; later months have the anchor's own day again.
 */
export function nextMonthly(anchor: number, after: number): number {
  const start = new Date(anchor);
  const reference = new Date(after);
  const months =
    (reference.getUTCFullYear() - start.getUTCFullYear()) * 12 +
    reference.getUTCMonth() -
    start.getUTCMonth();
  const due = addMonths(start, Math.max(months, 0));
  return due > after ? due : addMonths(start, Math.max(months, 0) + 1);
}

function addMonths(start: Date, months: number): number {
  const day = start.getUTCDate();
  const moved = new Date(start);
  moved.setUTCDate(1);
  moved.setUTCMonth(moved.getUTCMonth() + months);
  const lastDay = new Date(
    Date.UTC(moved.getUTCFullYear(), moved.getUTCMonth() + 1, 0),
  ).getUTCDate();
  moved.setUTCDate(Math.min(day, lastDay));
  return moved.getTime();
}
