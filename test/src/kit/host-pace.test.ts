// Which hosts are slow: each customer's own, for a while, and the customer's unknown ones with them.
import { beforeEach, expect, test } from "vitest";
import { HostPace, MOST_SLOW_HOSTS, SLOW_MS } from "../../../src/kit/host-pace.ts";
import { MINUTE_MS } from "../../../src/kit/time.ts";

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
  pace.notePrompt(OWNER, "a.test:82");
  pace.noteSlow(OWNER, "a.test:81");
  expect(pace.isSlow(OWNER, "a.test:82")).toBe(false);
});

test("what one customer met is not held against another", () => {
  for (let port = 0; port < 10; port += 1) pace.noteSlow(OWNER, `a.test:${port}`);
  expect(pace.isSlow(OTHER, "a.test:0")).toBe(false);
  expect(pace.isSlow(OTHER, "b.test")).toBe(false);
});

test("an answer in time does not end it, unless the host is one that nobody can make hang", () => {
  pace.noteSlow(OWNER, "a.test");
  pace.notePrompt(OWNER, "a.test");
  expect(pace.isSlow(OWNER, "a.test")).toBe(true);
  pace.noteOutage(OWNER, "fcm", MINUTE_MS);
  expect(pace.wasSlow(OWNER, "fcm")).toBe(true);
  pace.noteHealed(OWNER, "fcm");
  expect(pace.wasSlow(OWNER, "fcm")).toBe(false);
});

test("a customer of a slow host is taken to have more, but for those that have answered", () => {
  pace.notePrompt(OWNER, "good.test");
  pace.noteSlow(OWNER, "a.test");
  expect(pace.isSlow(OWNER, "new.test")).toBe(true);
  expect(pace.wasSlow(OWNER, "new.test")).toBe(false);
  expect(pace.isSlow(OWNER, "good.test")).toBe(false);
  now += SLOW_MS;
  expect(pace.isSlow(OWNER, "new.test")).toBe(false);
});

test("an outage of a host that nobody can make hang says nothing of others", () => {
  pace.noteOutage(OWNER, "fcm", MINUTE_MS);
  expect(pace.isSlow(OWNER, "new.test")).toBe(false);
  now += MINUTE_MS;
  expect(pace.wasSlow(OWNER, "fcm")).toBe(false);
});

test("once many hosts are slow, only those are trusted that answered since", () => {
  for (const host of ["early.test", "late.test"]) pace.notePrompt(OWNER, host);
  now += MINUTE_MS;
  for (let port = 1; port < MOST_SLOW_HOSTS; port += 1) pace.noteSlow(OWNER, `a.test:${port}`);
  // The same host again is no further one.
  pace.noteSlow(OWNER, "a.test:1");
  expect(pace.isSlow(OWNER, "early.test")).toBe(false);
  pace.noteSlow(OWNER, "b.test");
  pace.notePrompt(OWNER, "late.test");
  expect(pace.isSlow(OWNER, "early.test")).toBe(true);
  expect(pace.isSlow(OWNER, "late.test")).toBe(false);
});
