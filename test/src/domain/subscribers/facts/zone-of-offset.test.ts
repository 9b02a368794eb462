// The zone of a device that knows only its offset from UTC, and when a local time comes there.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { zoneDueTimes } from "../../../../../src/domain/notifications/zones.ts";
import {
  canonicalTimeZone,
  zoneOfOffset,
} from "../../../../../src/domain/subscribers/facts/time-zone.ts";
import { offsetsOf } from "../../../../../src/kit/zones.ts";
import { propertyRuns } from "../../../../support/property-runs.ts";

const JANUARY = Date.UTC(2026, 0, 15);
const JULY = Date.UTC(2026, 6, 15);
const HOUR_S = 3600;

describe.each([
  ["January", JANUARY],
  ["July", JULY],
])("in %s", (_month, now) => {
  /** The offsets that some place of the world has then, s. */
  const offsets = new Set(
    Intl.supportedValuesOf("timeZone").map((zone) => (offsetsOf(zone)?.(now) ?? 0) / 1000),
  );

  test("every offset that exists becomes a zone that has it", () => {
    expect(offsets.size).toBeGreaterThan(30);
    for (const seconds of offsets) {
      const zone = zoneOfOffset(seconds, now) ?? "";
      expect(offsetsOf(zone)?.(now), `${seconds} ${zone}`).toBe(seconds * 1000);
      expect(zone, "a place or a fixed zone of IANA's").toMatch(/^[A-Z]/);
      // what is stored can be given back
      expect(canonicalTimeZone(zone)).toBe(zone);
      const wall = new Date(now + (seconds + HOUR_S) * 1000).toISOString().slice(0, 16);
      expect(zoneDueTimes(wall, [zone]).get(zone), zone).toBe(now + HOUR_S * 1000);
    }
  });
});

test.each([
  [37_800, JANUARY, "Australia/Adelaide"],
  [37_800, JULY, "Australia/Lord_Howe"],
  [34_200, JANUARY, "Australia/Darwin"],
  [34_200, JULY, "Australia/Darwin"],
  [-12_600, JANUARY, "America/St_Johns"],
  [-9000, JULY, "America/St_Johns"],
  [-9000, JANUARY, "-02:30"],
  [49_500, JANUARY, "Pacific/Chatham"],
  [49_500, JULY, "+13:45"],
  [45_900, JULY, "Pacific/Chatham"],
  [19_800, JULY, "Asia/Kolkata"],
  [20_700, JULY, "Asia/Kathmandu"],
  [0, JULY, "UTC"],
  [-0, JULY, "UTC"],
  [10_800, JULY, "Etc/GMT-3"],
  [-43_200, JULY, "Etc/GMT+12"],
  [50_400, JULY, "Etc/GMT-14"],
  // no place has these: neither is it moved to another
  [5400, JULY, "+01:30"],
  [-17_100, JULY, "-04:45"],
  // a clock that is off by some seconds
  [3601, JULY, "Etc/GMT-1"],
  [3570, JULY, "Etc/GMT-1"],
  [51_000, JULY, null],
  [-46_800, JULY, null],
  [99_999_999, JULY, null],
  [1e300, JULY, null],
  [Number.NaN, JULY, null],
])("%d s at %d is %j", (seconds, now, zone) => {
  expect(zoneOfOffset(seconds, now)).toBe(zone);
});

test("any offset of the world's range is kept to the minute, whenever it is reported", () => {
  const minutes = fc.integer({ min: -12 * 60, max: 14 * 60 });
  const hours = fc.integer({ min: 0, max: 366 * 24 });
  fc.assert(
    fc.property(minutes, hours, (minute, hour) => {
      const now = JANUARY + hour * HOUR_S * 1000;
      const zone = zoneOfOffset(minute * 60, now) ?? "";
      expect(offsetsOf(zone)?.(now)).toBe(minute === 0 ? 0 : minute * 60_000);
      expect(canonicalTimeZone(zone)).toBe(zone);
    }),
    { numRuns: propertyRuns(1000) },
  );
});
