// Reading a provider's Retry-After header.
import { expect, test } from "vitest";
import {
  MAX_RETRY_AFTER_MS,
  retryAfterMs,
} from "../../../../src/delivery/providers/retry-after.ts";
import { NOW } from "./support.ts";

test.each([
  ["0", 0],
  ["1", 1000],
  [" 120 ", 120_000],
  ["43200", MAX_RETRY_AFTER_MS],
  ["43201", MAX_RETRY_AFTER_MS],
  ["9999999999", MAX_RETRY_AFTER_MS],
  ["Sun, 22 Nov 2026 12:01:30 GMT", 90_000],
  ["Sun, 22 Nov 2026 11:00:00 GMT", 0],
  ["Fri, 22 Nov 2126 12:00:00 GMT", MAX_RETRY_AFTER_MS],
  ["", null],
  ["-1", null],
  ["1.5", null],
  ["1e3", null],
  ["soon", null],
  ["99999999999", null],
  ["2026-11-22T12:01:30Z", null],
  ["Sun, 22 Foo 2026 12:01:30 GMT", null],
])("reads %j as %j, in ms", (value, expected) => {
  expect(retryAfterMs(new Headers({ "retry-after": value }), NOW)).toBe(expected);
});

test("reads an absent header as null", () => {
  expect(retryAfterMs(new Headers(), NOW)).toBeNull();
});
