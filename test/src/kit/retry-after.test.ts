// Reading the Retry-After header of a provider or of a webhook's receiver.
import { expect, test } from "vitest";
import { retryAfterMs } from "../../../src/kit/retry-after.ts";

const NOW = Date.parse("2026-11-22T12:00:00Z");
const LONGEST_MS = 43_200_000;

test.each([
  ["0", 0],
  ["1", 1000],
  [" 120 ", 120_000],
  ["43200", LONGEST_MS],
  ["43201", LONGEST_MS],
  ["9999999999", LONGEST_MS],
  ["99999999999", LONGEST_MS],
  ["99999999999999999999", LONGEST_MS],
  ["Sun, 22 Nov 2026 12:01:30 GMT", 90_000],
  ["Sun, 22 Nov 2026 11:00:00 GMT", 0],
  ["Fri, 22 Nov 2126 12:00:00 GMT", LONGEST_MS],
  ["Sunday, 22-Nov-26 12:01:30 GMT", 90_000],
  ["Sun Nov 22 12:01:30 2026", 90_000],
  ["Sun Nov  1 12:01:30 2026", 0],
  ["", null],
  ["-1", null],
  ["1.5", null],
  ["1e3", null],
  ["soon", null],
  ["2026-11-22T12:01:30Z", null],
  ["Sun, 22 Foo 2026 12:01:30 GMT", null],
])("reads %j as %j, in ms", (value, expected) => {
  expect(retryAfterMs(new Headers({ "retry-after": value }), NOW, LONGEST_MS)).toBe(expected);
});

test("reads an absent header as null", () => {
  expect(retryAfterMs(new Headers(), NOW, LONGEST_MS)).toBeNull();
});
