// Which hosts are slow: each customer's own, for a while, and all unknown ones of a customer with many.
import { beforeEach, expect, test } from "vitest";
import { HostPace, MOST_SLOW_HOSTS, SLOW_MS } from "../../../src/kit/host-pace.ts";

const [OWNER, OTHER] = [1, 2];
let now = 0;
let pace = new HostPace(() => now);

beforeEach(() => {
  now = 1_000_000;
  pace = new HostPace(() => now);
});

test("a host that kept one waiting is slow for a while", () => {
  expect(pace.isSlow(OWNER, "a.test")).toBe(false);
  pace.noteSlow(OWNER, "a.test");
  expect(pace.isSlow(OWNER, "a.test")).toBe(true);
  now += SLOW_MS;
  expect(pace.isSlow(OWNER, "a.test")).toBe(false);
});

test("each port is a host of its own", () => {
  pace.noteSlow(OWNER, "a.test:81");
  expect(pace.isSlow(OWNER, "a.test:82")).toBe(false);
});

test("what one customer met is not held against another", () => {
  for (let port = 0; port < 10; port += 1) pace.noteSlow(OWNER, `a.test:${port}`);
  expect(pace.isSlow(OTHER, "a.test:0")).toBe(false);
  expect(pace.isSlow(OTHER, "b.test")).toBe(false);
});

test("an answer in time ends it", () => {
  pace.noteSlow(OWNER, "a.test");
  pace.notePrompt(OWNER, "a.test");
  expect(pace.isSlow(OWNER, "a.test")).toBe(false);
});

test("a customer of many slow hosts is taken to have more, but for those that have answered", () => {
  pace.notePrompt(OWNER, "good.test");
  for (let port = 1; port < MOST_SLOW_HOSTS; port += 1) pace.noteSlow(OWNER, `a.test:${port}`);
  // The same host again is no further one.
  pace.noteSlow(OWNER, "a.test:1");
  expect(pace.isSlow(OWNER, "new.test")).toBe(false);
  pace.noteSlow(OWNER, "b.test");
  expect(pace.isSlow(OWNER, "new.test")).toBe(true);
  expect(pace.isSlow(OWNER, "good.test")).toBe(false);
  now += SLOW_MS;
  expect(pace.isSlow(OWNER, "new.test")).toBe(false);
});
