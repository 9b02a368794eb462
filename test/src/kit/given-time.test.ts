// Times as people and programs write them.
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseInstant, parseLocalTime } from "../../../src/kit/given-time.ts";
import { propertyRuns } from "../../support/property-runs.ts";

const NOON = "2026-12-24T12:00:00.000Z";

test.each([
  ["2026-12-24T12:00:00Z", NOON],
  ["2026-12-24T12:00Z", NOON],
  ["2026-12-24t12:00:00z", NOON],
  ["2026-12-24 12:00:00Z", NOON],
  ["2026-12-24T14:00:00+02:00", NOON],
  ["2026-12-24T14:00:00+0200", NOON],
  ["2026-12-24T14:00+02", NOON],
  ["2026-12-24 14:00:00 +0200", NOON],
  ["2026-12-24 12:00:00 UTC", NOON],
  ["2026-12-24T14:00:00 GMT+0200", NOON],
  ["2026-12-24 10:00 UTC-2", NOON],
  ["2026-12-24T06:30:00-05:30", NOON],
  ["2026-12-24T06:30:00\u22125:30", NOON],
  ["2026-12-25T02:00+14:00", NOON],
  [" 2026-12-24T12:00:00Z\n", NOON],
  ["2026-12-24T12:00:00.5Z", "2026-12-24T12:00:00.500Z"],
  ["2026-12-24T12:00:00,25Z", "2026-12-24T12:00:00.250Z"],
  ["2026-12-24T12:00:00.123456Z", "2026-12-24T12:00:00.123Z"],
  ["2026-12-24T12:00:59.999999999+00:00", "2026-12-24T12:00:59.999Z"],
  ["2028-02-29T00:00:00Z", "2028-02-29T00:00:00.000Z"],
])("%j is %s", (text, iso) => {
  expect(new Date(parseInstant(text) ?? 0).toISOString()).toBe(iso);
});

test.each([
  "",
  "tomorrow",
  "1798000000",
  "2026-12-24",
  "2026-12-24T12:00:00",
  "2026-12-24 12:00",
  "2026-02-30T12:00:00Z",
  "2027-02-29T12:00:00Z",
  "2026-13-01T12:00:00Z",
  "2026-00-10T12:00:00Z",
  "2026-12-24T24:00:00Z",
  "2026-12-24T25:00Z",
  "2026-12-24T12:60Z",
  "2026-12-31T23:59:60Z",
  "2026-12-24T12Z",
  "2026-12-24T1:00Z",
  "2026-12-24T12:00:00.Z",
  "2026-12-24T12:00:00.1234567890Z",
  "2026-12-24T12:00:00+24:00",
  "2026-12-24T12:00:00+02:60",
  "2026-12-24T12:00:00 CET",
  "2026-12-24T12:00:00ZZ",
  "2026-12-24T12:00:00Z+02:00",
  "26-12-24T12:00Z",
  "12/24/2026 12:00Z",
  "2026-12-24T12:00:00Z\u0000",
  `2026-12-24T12:00:00Z${" ".repeat(100)}`,
])("%j is no time with a zone", (text) => {
  expect(parseInstant(text)).toBeNull();
});

test.each([
  ["2026-12-24T18:00", "2026-12-24T18:00"],
  ["2026-12-24t18:00", "2026-12-24T18:00"],
  ["2026-12-24 18:00:00", "2026-12-24T18:00"],
  ["2026-12-24T18:00:00.000", "2026-12-24T18:00"],
  ["2026-12-24T18:00:30", null],
  ["2026-12-24T18:00Z", null],
  ["2026-12-24T18:00+01:00", null],
  ["2026-02-30T18:00", null],
  ["2026-12-24T25:00", null],
  ["2026-12-24", null],
])("as a local time, %j is %j", (text, local) => {
  expect(parseLocalTime(text)).toBe(local);
});

test("any instant is read back from whatever form it is written in", () => {
  const day = fc.date({
    min: new Date("0001-01-02T00:00Z"),
    max: new Date("9999-12-30T00:00Z"),
    noInvalidDate: true,
  });
  const offset = fc.integer({ min: -23 * 60 - 59, max: 23 * 60 + 59 });
  const form = fc.record({
    letter: fc.constantFrom("T", "t", " "),
    colon: fc.constantFrom(":", ""),
    space: fc.constantFrom("", " "),
    digits: fc.integer({ min: 3, max: 9 }),
  });
  fc.assert(
    fc.property(day, offset, form, (date, minutes, { letter, colon, space, digits }) => {
      const local = new Date(date.getTime() + minutes * 60_000).toISOString().slice(0, -1);
      const two = (part: number) => String(Math.floor(part)).padStart(2, "0");
      const size = Math.abs(minutes);
      const zone = `${minutes < 0 ? "-" : "+"}${two(size / 60)}${colon}${two(size % 60)}`;
      const text = local.replace("T", letter) + "9".repeat(digits - 3) + space + zone;
      expect(parseInstant(text), text).toBe(date.getTime());
    }),
    { numRuns: propertyRuns(1000) },
  );
});
