// Wall-clock times in time zones, changes of clocks included.
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseLocal, zoneDueTimes } from "../../../../src/domain/notifications/zones.ts";

const ZONES = [
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  "America/St_Johns",
  "Asia/Kathmandu",
  "Australia/Lord_Howe",
  "Pacific/Kiritimati",
  "Pacific/Pago_Pago",
  "Africa/Casablanca",
];

test.each([
  ["2026-12-24T18:00", "UTC", "2026-12-24T18:00Z"],
  ["2026-12-24T18:00", "Europe/Berlin", "2026-12-24T17:00Z"],
  ["2026-07-24T18:00", "Europe/Berlin", "2026-07-24T16:00Z"],
  ["2026-12-24T18:00", "America/New_York", "2026-12-24T23:00Z"],
  ["2026-12-24T18:00", "America/St_Johns", "2026-12-24T21:30Z"],
  ["2026-12-24T18:00", "Asia/Kathmandu", "2026-12-24T12:15Z"],
  ["2026-12-24T18:00", "Pacific/Kiritimati", "2026-12-24T04:00Z"],
  ["2026-12-24T18:00", "Etc/GMT+12", "2026-12-25T06:00Z"],
  ["2026-12-24T18:00", "Nowhere/Land", "2026-12-24T18:00Z"],
  ["2026-12-24T18:00", "", "2026-12-24T18:00Z"],
  // the clocks jump from 2:00 to 3:00, and at Lord Howe from 2:00 to 2:30
  ["2027-03-28T01:59", "Europe/Berlin", "2027-03-28T00:59Z"],
  ["2027-03-28T02:30", "Europe/Berlin", "2027-03-28T01:30Z"],
  ["2027-03-28T03:00", "Europe/Berlin", "2027-03-28T01:00Z"],
  ["2027-03-14T02:30", "America/New_York", "2027-03-14T07:30Z"],
  ["2027-10-03T02:15", "Australia/Lord_Howe", "2027-10-02T15:45Z"],
  // 2:30 comes twice: its first counts
  ["2026-10-25T02:30", "Europe/Berlin", "2026-10-25T00:30Z"],
  ["2026-10-25T03:00", "Europe/Berlin", "2026-10-25T02:00Z"],
  ["2026-11-01T01:30", "America/New_York", "2026-11-01T05:30Z"],
])("%s in %s is %s", (local, zone, instant) => {
  const due = zoneDueTimes(local, [zone]).get(zone) ?? 0;
  expect(new Date(due).toISOString()).toBe(new Date(instant).toISOString());
});

test("zoneDueTimes answers each zone once", () => {
  const due = zoneDueTimes("2026-12-24T18:00", [...ZONES, ...ZONES]);
  expect([...due.keys()]).toEqual(ZONES);
});

test("a local time is due when the zone's clocks show it, or what it became when they skipped it", () => {
  const minutes = fc.integer({ min: 0, max: 2 * 366 * 24 * 60 - 1 });
  fc.assert(
    fc.property(minutes, fc.constantFrom(...ZONES), (minute, zone) => {
      const wall = Date.UTC(2026, 0, 1) + minute * 60_000;
      const local = new Date(wall).toISOString().slice(0, 16);
      const due = zoneDueTimes(local, [zone]).get(zone) ?? 0;
      const shown = new Date(due).toLocaleString("sv-SE", { timeZone: zone }).replace(" ", "T");
      const ahead = (Date.parse(`${shown}Z`) - wall) / 60_000;
      expect([0, 30, 60]).toContain(ahead);
    }),
  );
});

test.each([
  "",
  "2026-12-24",
  "2026-12-24 18:00",
  "2026-12-24T18:00Z",
  "2026-12-24T18:00:00",
  "2026-13-01T00:00",
  "2027-02-29T00:00",
  "2026-02-30T00:00",
  "2026-12-24T24:00",
  "2026-12-24T18:60",
  "26-12-24T18:00",
])("%j is not a local time", (text) => {
  expect(parseLocal(text)).toBeNull();
});
