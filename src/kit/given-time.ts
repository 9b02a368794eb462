// Times as clients write them: ISO 8601 and RFC 3339, and what programs and people make of these. What is no time of the
// calendar, or lacks the zone that it needs, is never guessed at.
import { z } from "zod";
import { HOUR_MS } from "./time.ts";
import { parseFromUtc } from "./zones.ts";

/** Furthest offset in a time, ms: a day less a minute is what RFC 3339 can write, and no zone is that far. */
const MAX_OFFSET_MS = 24 * HOUR_MS;
/** Longest text of a time, characters: with nine digits of a second and spaces 40. */
const MAX_TIME = 64;

/** Day, hour and minute, and perhaps seconds with up to nine digits of a second; what follows is the zone. */
const TIME =
  /^(\d{4}-\d\d-\d\d)(?:[t]| )([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:[.,](\d{1,9}))?)?(?: ?(\S+))?$/i;

interface Written {
  /** 2026-12-24 */
  day: string;
  /** 18:00 */
  minute: string;
  /** Seconds after that, ms. */
  restMs: number;
  zone: string | null;
}

/**
 * Returns the instant that `text` names, ms: 2026-12-24T18:00:00.123456789+02:00, 2026-12-24t18:00z and
 * 2026-12-24 18:00 +0200 are some. Digits beyond a millisecond are cut off. Returns null for anything else, such as a
 * time without a zone, 30 February, 24:00 or a leap second.
 */
export function parseInstant(text: string): number | null {
  const written = read(text);
  if (!written || written.zone === null) return null;
  const offset = parseFromUtc(written.zone);
  if (offset === null || Math.abs(offset) >= MAX_OFFSET_MS) return null;
  return Date.parse(`${written.day}T${written.minute}:00Z`) + written.restMs - offset;
}

/**
 * Returns the local time that `text` names, to the minute and in one form, 2026-12-24T18:00; null for anything else, such
 * as a time with a zone or with seconds other than 0.
 */
export function parseLocalTime(text: string): string | null {
  const written = read(text);
  if (!written || written.zone !== null || written.restMs !== 0) return null;
  return `${written.day}T${written.minute}`;
}

function read(text: string): Written | null {
  if (text.length > MAX_TIME) return null;
  const [, day = "", hour, minute, seconds = "0", digits = "", zone] = TIME.exec(text.trim()) ?? [];
  if (!isDay(day)) return null;
  const restMs = Number(seconds) * 1000 + Number(digits.padEnd(3, "0").slice(0, 3));
  return { day, minute: `${hour}:${minute}`, restMs, zone: zone ?? null };
}

/** Whether the calendar has this day. Date.parse takes 30 February for 2 March. */
function isDay(day: string): boolean {
  const ms = Date.parse(`${day}T00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(day);
}

/** An instant in a request; it is parsed to ms. */
export function instant() {
  return z
    .string()
    .transform((text, issues) => {
      const ms = parseInstant(text);
      if (ms !== null) return ms;
      const message = "must be an ISO 8601 time with a zone";
      issues.issues.push({ code: "custom", message, input: text });
      return z.NEVER;
    })
    .meta({
      format: "date-time",
      example: "2026-12-24T18:00:00+01:00",
      description:
        "A time with a zone, in ISO 8601 or RFC 3339: `2026-12-24T18:00:00Z`, also without seconds, with up to nine " +
        "digits of a second, with an offset as `+0100`, with a space or small letters in place of T and Z.",
    });
}

/** A local time in a request, to the minute; it is parsed to the form 2026-12-24T18:00. */
export function localTime() {
  return z
    .string()
    .transform((text, issues) => {
      const local = parseLocalTime(text);
      if (local !== null) return local;
      const message = "must be a local time such as 2026-12-24T18:00";
      issues.issues.push({ code: "custom", message, input: text });
      return z.NEVER;
    })
    .meta({
      pattern: "^\\s*\\d{4}-\\d\\d-\\d\\d[Tt ]\\d\\d:\\d\\d(:00([.,]0+)?)?\\s*$",
      example: "2026-12-24T18:00",
      description: "A time without a zone, to the minute.",
    });
}
