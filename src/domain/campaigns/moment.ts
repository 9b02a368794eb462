// When a campaign is due: at one instant, given as a wall-clock time and an offset from UTC, or at a wall-clock time in
// each subscriber's own time zone.
import { z } from "zod";
import { invalidField, refuse } from "../../kit/refusal.ts";
import { HOUR_MS } from "../../kit/time.ts";
import { EARLIEST_ZONE_MS, LATEST_ZONE_MS, parseFromUtc } from "../../kit/zones.ts";
import { parseLocal } from "../notifications/zones.ts";

/** Largest offset from UTC that any time zone has, hours. */
const MAX_OFFSET_H = 14;

export const MomentFields = {
  date: z
    .string()
    .trim()
    .regex(/^\d{4}-\d\d-\d\d$/, "must be a date such as 2026-12-24")
    .meta({ description: "The day, as 2026-12-24.", example: "2026-12-24" }),
  /**
   * Clients write 15:04 and 15-04 (docs/contracts.md, Instant-send 6), and some the seconds as well, or the T that comes
   * before a time. As in the local times of the other APIs, the seconds must be 0.
   */
  time: z
    .string()
    .trim()
    .regex(/^[Tt]?\d\d[:-]\d\d([:-]00([.,]0{1,9})?)?$/, "must be a time such as 15:04")
    .meta({
      description:
        "The time of the day, as 15:04 or 15-04; a T before it and seconds of 0 are taken too.",
      example: "15:04",
    }),
  local_time: z
    .boolean()
    .nullish()
    .meta({
      description:
        "Whether that is the time in each subscriber's own zone. By default, or null: it is the time in " +
        "`timezone`.",
      example: false,
    }),
  /** As in a time of the other APIs: -07:00, -0700, -07, UTC-7, GMT and Z. */
  timezone: z
    .string()
    .trim()
    .refine((text) => parseFromUtc(text) !== null, {
      message: "must be an offset from UTC such as -07:00",
    })
    .nullish()
    .meta({
      description:
        "The offset from UTC, at most 14 hours: `-07:00`, `-0700`, `-07`, `UTC-7` or `Z`. Needed unless " +
        "`local_time` is true, and then not allowed.",
      example: "+01:00",
    }),
};
type GivenMoment = z.output<z.ZodObject<typeof MomentFields>>;

export interface Moment {
  /** When it is due, ms. For a local time, this is when it comes in the last time zone of the world. */
  dueAt: number;
  /** The time in each subscriber's own zone, such as 2026-12-24T18:00; null: `dueAt` for everybody. */
  dueLocal: string | null;
}

/**
 * The moment that the fields of a request mean. Refuses `invalid` for a time that is past or more than a year ahead, for
 * a local time with a zone, and for any other without one.
 */
export function momentOf(now: number, given: GivenMoment): Moment {
  const local = `${given.date}T${given.time.replace(/^t/i, "").slice(0, 5).replace("-", ":")}`;
  const wall = parseLocal(local);
  if (wall === null) refuse(invalidField(["date"], "must be a day and time of the calendar"));
  const zone = given.timezone ?? null;
  if (given.local_time === true) {
    if (zone !== null) {
      refuse(invalidField(["timezone"], "must be left out where local_time is true"));
    }
    requireAhead(now, wall - EARLIEST_ZONE_MS, wall + LATEST_ZONE_MS);
    return { dueAt: wall + LATEST_ZONE_MS, dueLocal: local };
  }
  if (zone === null) {
    refuse(invalidField(["timezone"], "is required where local_time is false"));
  }
  const dueAt = wall - offsetOf(zone);
  requireAhead(now, dueAt, dueAt);
  return { dueAt, dueLocal: null };
}

/** An offset such as `-07:00`, in ms. Refuses `invalid` if no time zone has it. */
function offsetOf(zone: string): number {
  const offset = parseFromUtc(zone) ?? 0;
  if (Math.abs(offset) > MAX_OFFSET_H * HOUR_MS) {
    refuse(invalidField(["timezone"], `must be within ${MAX_OFFSET_H} hours of UTC`));
  }
  return offset;
}

/** Refuses `invalid` if the `last` instant of a time is past, or its `first` more than a year ahead; both in ms. */
function requireAhead(now: number, first: number, last: number): void {
  if (last <= now) refuse(invalidField(["date"], "must be a time to come"));
  const furthest = new Date(now);
  furthest.setUTCFullYear(furthest.getUTCFullYear() + 1);
  if (first > furthest.getTime()) {
    refuse(invalidField(["date"], "must not be more than a year ahead"));
  }
}
