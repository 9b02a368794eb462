// How long a retry waits.
import { expect, test } from "vitest";
import { parseRetryAfter } from "../../../builder/http.ts";
import { backoffDelay } from "../../../builder/retry.ts";

const backoff = { baseMs: 100, maxMs: 10_000 };

test("delays double from the base and stop growing at the maximum", () => {
  const delays = [0, 1, 2, 6, 7, 50, 5000].map((retry) => backoffDelay(retry, backoff, 0));
  expect(delays).toEqual([100, 200, 400, 6400, 10_000, 10_000, 10_000]);
});

test("chance shortens a delay by up to half", () => {
  expect(backoffDelay(0, backoff, 0.5)).toBe(75);
  expect(backoffDelay(7, backoff, 0.999_999)).toBeGreaterThan(5_000);
});

const NOW = Date.parse("2026-01-01T00:00:00Z");
test.each([
  ["seconds", "7", 7_000],
  ["an HTTP date", "Thu, 01 Jan 2026 00:00:30 GMT", 30_000],
  ["a date that is past", "Thu, 01 Jan 2025 00:00:00 GMT", 0],
  ["a wait that is far too long", "86400", 300_000],
  ["nonsense", "soon", null],
  ["nothing", null, null],
])("reads the Retry-After header with %s", (_name, header, wait) => {
  expect(parseRetryAfter(header, NOW)).toBe(wait);
});
