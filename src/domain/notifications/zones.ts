// When a local time comes in each time zone.
import { DAY_MS } from "../../kit/time.ts";
import { offsetsOf, type Offsets } from "../../kit/zones.ts";

const LOCAL = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)$/;

/** Returns `2026-12-24T18:00` as if it were UTC, ms; null when the calendar has no such time. */
export function parseLocal(text: string): number | null {
  if (!LOCAL.test(text)) return null;
  const ms = Date.parse(`${text}:00Z`);
  // Date.parse takes 30 February for 2 March
  return Number.isNaN(ms) || !new Date(ms).toISOString().startsWith(text) ? null : ms;
}

/**
 * Returns when `local` comes in each of `zones`, ms. A time that is skipped when clocks change comes later by as much
 * as they are moved; of a time that comes twice the first counts. Unknown zones count as UTC.
 */
export function zoneDueTimes(local: string, zones: Iterable<string>): Map<string, number> {
  const wall = parseLocal(local);
  if (wall === null) throw new Error(`not a local time: ${local}`);
  return new Map(
    [...new Set(zones)].map((zone) => [zone, instantOf(wall, offsetsOf(zone) ?? inUtc)]),
  );
}

function inUtc(): number {
  return 0;
}

function instantOf(wall: number, offsetAt: Offsets): number {
  // Clocks change at most once within the two days around this time, so that one of these two offsets is right.
  const before = offsetAt(wall - DAY_MS);
  const after = offsetAt(wall + DAY_MS);
  const met = [wall - before, wall - after].filter((at) => at + offsetAt(at) === wall);
  return met.length > 0 ? Math.min(...met) : wall - before;
}
