// When the next month begins, and how instants are written.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DAY_MS, microseconds, nextMonthly, withOffset } from "../../../src/kit/time.ts";

const at = (text: string) => Date.parse(`${text}${text.includes("T") ? "" : "T00:00:00"}Z`);

describe("nextMonthly", () => {
  test.each([
    // anchor, after, next
    ["2024-01-15", "2024-01-15", "2024-02-15"],
    ["2024-01-15", "2024-02-14T23:59:59", "2024-02-15"],
    ["2024-01-15", "2024-02-15", "2024-03-15"],
    ["2024-01-31", "2024-01-31", "2024-02-29"],
    ["2023-01-31", "2023-01-31", "2023-02-28"],
    ["2024-01-31", "2024-02-29", "2024-03-31"],
    ["2024-01-31", "2024-03-31", "2024-04-30"],
    ["2024-01-31", "2024-04-30", "2024-05-31"],
    ["2024-08-31", "2025-01-31", "2025-02-28"],
    ["2024-12-31", "2024-12-31", "2025-01-31"],
    ["2024-02-29", "2025-01-29", "2025-02-28"],
    ["2024-02-29", "2028-01-29", "2028-02-29"],
    ["2024-01-15T10:30:15", "2024-06-15T10:30:14", "2024-06-15T10:30:15"],
    ["2024-01-15T10:30:15", "2024-06-15T10:30:15", "2024-07-15T10:30:15"],
    ["2024-01-15", "2023-06-01", "2024-01-15"],
  ])("counted from %s, the month after %s begins at %s", (anchor, after, next) => {
    expect(new Date(nextMonthly(at(anchor), at(after))).toISOString()).toBe(
      new Date(at(next)).toISOString(),
    );
  });

  test("is always later, by a month at most, at the anchor's time of day", () => {
    const instant = fc.integer({ min: at("2000-01-01"), max: at("2100-01-01") });
    fc.assert(
      fc.property(instant, instant, (a, b) => {
        const [anchor, after] = [Math.min(a, b), Math.max(a, b)];
        const next = nextMonthly(anchor, after);
        expect(next).toBeGreaterThan(after);
        expect(next - after).toBeLessThanOrEqual(31 * DAY_MS);
        expect(next % DAY_MS).toBe(anchor % DAY_MS);
      }),
    );
  });
});

test("instants are written with microseconds and Z, or in seconds with an offset", () => {
  const instant = Date.UTC(2024, 0, 8, 1, 2, 3, 45);
  expect(microseconds(instant)).toBe("2024-01-08T01:02:03.045000Z");
  expect(withOffset(instant)).toBe("2024-01-08T01:02:03+00:00");
});
