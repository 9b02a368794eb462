// Time zones and their offsets from UTC. A zone is a name that Intl knows, or a fixed offset such as +10:30.
import { HOUR_MS, MINUTE_MS } from "./time.ts";

/** The world's zones lie between UTC-12 and UTC+14, ms. */
export const EARLIEST_ZONE_MS = 14 * HOUR_MS;
export const LATEST_ZONE_MS = 12 * HOUR_MS;

const FIXED = /^([+\-\u2212])(\d{1,2})(?::?([0-5]\d)(?::?00)?)?$/;

/** A zone's offset from UTC at an instant, both ms. */
export type Offsets = (at: number) => number;

/** Returns an offset such as +10:30, +1030, +10 or Z, ms east of UTC; null if `text` is none. */
export function parseOffset(text: string): number | null {
  if (/^z$/i.test(text)) return 0;
  const match = FIXED.exec(text);
  if (!match) return null;
  const size = Number(match[2]) * HOUR_MS + Number(match[3] ?? 0) * MINUTE_MS;
  // so that there is no negative zero
  return match[1] === "+" || size === 0 ? size : -size;
}

/** UTC by its names, and with an offset as Java, Android and people write it: GMT+03:00, UTC-5, +0200. */
const FROM_UTC = /^(?:utc|ut|gmt)?\s*([+\-\u2212][\d:]+)?$/i;

/** Returns the offset, ms, of a zone that is named by it: UTC, GMT+03:00, UTC+2, +0200 or Z; null for any other. */
export function parseFromUtc(text: string): number | null {
  const match = text === "" ? null : FROM_UTC.exec(text);
  if (!match) return parseOffset(text);
  return match[1] === undefined ? 0 : parseOffset(match[1]);
}

/** Writes an offset of whole minutes, ms, as +10:30. */
export function formatOffset(ms: number): string {
  const minutes = Math.abs(ms) / MINUTE_MS;
  const two = (part: number) => String(Math.floor(part)).padStart(2, "0");
  return `${ms < 0 ? "-" : "+"}${two(minutes / 60)}:${two(minutes % 60)}`;
}

/** Returns the offsets of `zone`; null if there is no such zone. */
export function offsetsOf(zone: string): Offsets | null {
  const fixed = parseOffset(zone);
  if (fixed !== null) return () => fixed;
  const format = formatOf(zone);
  if (format === null) return null;
  return (at) => {
    const name = format.formatToParts(at).find(({ type }) => type === "timeZoneName")?.value ?? "";
    const [, sign, hours, minutes] = /^GMT([+-])(\d\d):(\d\d)/.exec(name) ?? [];
    const size = Number(hours ?? 0) * HOUR_MS + Number(minutes ?? 0) * MINUTE_MS;
    return sign === "-" ? -size : size;
  };
}

function formatOf(timeZone: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
  } catch {
    return null;
  }
}
