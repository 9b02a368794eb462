// Whose turn it is in a batch, and what a batch learns of the hosts that it asks.
import { beforeEach, expect, test } from "vitest";
import { BUDGETS, Turns } from "../../../src/delivery/turns.ts";
import type { Addressed, Lane } from "../../../src/domain/ports/notifications.ts";
import { HostPace } from "../../../src/kit/host-pace.ts";

const OWNER = 1;
const SLOW = "https://slow.example.com";
const OTHER = "https://other.example.com";

let now = 0;
let pace = new HostPace(() => now);

beforeEach(() => {
  now = 1_000_000;
  pace = new HostPace(() => now);
});

/** A recipient at `host`: an origin, or fcm. */
function recipient(host: string, id: number): Addressed {
  const provider = host === "fcm" ? "fcm" : "webpush";
  const token = host === "fcm" ? `token-${id}` : `${host}/${id}`;
  return {
    id,
    platform: "web",
    provider,
    token,
    p256dh: null,
    auth: null,
    since: 1,
    language: null,
  };
}

const batch = (lane: Lane, ...hosts: string[]) =>
  new Turns(hosts.map(recipient), { owner: OWNER, lane, pace, now: () => now });

const leftOf = ({ left }: Turns) => left.map(({ id }) => id);

test("a stranger is asked for one recipient until it has answered, and others are not kept waiting", async () => {
  const turns = batch("ordinary", SLOW, SLOW, SLOW, OTHER);
  const first = await turns.next();
  const second = await turns.next();
  expect([first?.id, second?.id]).toEqual([0, 3]);
  const third = turns.next();
  if (first) turns.end(first, true, 10);
  expect((await third)?.id).toBe(1);
  expect((await turns.next())?.id).toBe(2);
});

test("once a stranger was waited for, its other recipients have no turn", async () => {
  const turns = batch("ordinary", SLOW, SLOW, SLOW);
  const first = await turns.next();
  const waiting = turns.next();
  now += 3000;
  if (first) turns.end(first, false, 3000);
  expect(await waiting).toBeNull();
  expect(leftOf(turns)).toEqual([1, 2]);
  expect(turns.left.map((one) => turns.laneOf(one))).toEqual(["slow", "slow"]);
  expect(turns.slowStrangers).toEqual([SLOW]);
});

test("no turn comes after the time in which sends may begin", async () => {
  const turns = batch("ordinary", OTHER, OTHER);
  now += BUDGETS.ordinary.begin;
  expect(await turns.next()).toBeNull();
  expect(turns.left.map((one) => turns.laneOf(one))).toEqual(["ordinary", "ordinary"]);
});

test("a stranger with whom a batch's time is over is slow at a second for each answer, and not at a tenth", async () => {
  for (const [host, tookMs] of [
    [SLOW, 1000],
    [OTHER, 100],
  ] as const) {
    const turns = batch("ordinary", ...Array.from({ length: 60 }, () => host));
    for (let one = await turns.next(); one; one = await turns.next()) {
      now += tookMs;
      turns.end(one, true, tookMs);
    }
    expect(turns.left.length).toBeGreaterThan(0);
  }
  expect(pace.wasSlow(OWNER, SLOW)).toBe(true);
  expect(pace.wasSlow(OWNER, OTHER)).toBe(false);
});

test("a stranger that fails at once is slow alone, and four of them speak for all that have not answered", async () => {
  const hosts = [1, 2, 3, 4].map((each) => `https://dead-${each}.example.com`);
  const turns = batch("ordinary", ...hosts, OTHER, OTHER);
  for (const host of hosts) {
    expect(pace.isSlow(OWNER, OTHER)).toBe(false);
    const one = await turns.next();
    if (one) turns.end(one, false, 100);
    expect(pace.wasSlow(OWNER, host)).toBe(true);
  }
  expect(pace.isSlow(OWNER, OTHER)).toBe(true);
  expect(await turns.next()).toBeNull();
});

test("a stranger that answers others is not slow for a connection that breaks", async () => {
  const turns = batch("ordinary", OTHER, OTHER, OTHER);
  for (const isAnswered of [true, false]) {
    const one = await turns.next();
    if (one) turns.end(one, isAnswered, 100);
  }
  expect((await turns.next())?.id).toBe(2);
  expect(pace.wasSlow(OWNER, OTHER)).toBe(false);
});

test("in the slow lane a slow host is asked, and no more once it let this batch wait without an answer", async () => {
  pace.noteSlow(OWNER, SLOW);
  const turns = batch("slow", SLOW, SLOW, SLOW, OTHER);
  const [first, second] = [await turns.next(), await turns.next()];
  expect([first?.id, second?.id]).toEqual([0, 1]);
  now += 10_000;
  if (first) turns.end(first, false, 10_000);
  expect((await turns.next())?.id).toBe(3);
  expect(leftOf(turns)).toEqual([2]);
  // But an answer, even a late one, lets it be asked again.
  if (second) turns.end(second, true, 10_000);
  expect((await turns.next())?.id).toBe(2);
});

test("a provider is asked for all at once, and slow only if nobody got an answer meanwhile", async () => {
  const busy = batch("ordinary", "fcm", "fcm", "fcm");
  const [one, two, three] = [await busy.next(), await busy.next(), await busy.next()];
  if (!one || !two || !three) throw new Error("no turn");
  now += 4000;
  busy.end(one, true, 4000);
  now += 6000;
  busy.end(two, false, 10_000);
  expect(pace.wasSlow(OWNER, "fcm")).toBe(false);

  now += 30_000;
  busy.end(three, false, 10_000);
  expect(pace.wasSlow(OWNER, "fcm")).toBe(true);
  expect(busy.slowStrangers).toEqual([]);
  const slow = batch("slow", "fcm");
  const again = await slow.next();
  if (again) slow.end(again, true, 100);
  expect(pace.wasSlow(OWNER, "fcm")).toBe(false);
});
