// The rate limiter counts exactly, whatever comes at once, and leaves nothing behind.
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, expect, test, vi } from "vitest";
import { MINUTE_MS } from "../../../src/kit/time.ts";
import { bindings } from "../../support/worker.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

function limiter() {
  const namespace = bindings.RATE_LIMITER;
  return namespace.get(namespace.idFromName(crypto.randomUUID()));
}

test("each of many simultaneous hits gets a number of its own, also after an eviction", async () => {
  // a minute's end must not fall between
  vi.spyOn(Date, "now").mockReturnValue(1_000 * MINUTE_MS + 5);
  const stub = limiter();
  const hit = async () => (await stub.hit()).count;
  const first = await Promise.all(Array.from({ length: 50 }, hit));
  expect(first.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, n) => n + 1));
  await evictDurableObject(stub);
  expect(await hit()).toBe(51);
  expect((await stub.hit()).resetAt).toBe(1_001 * MINUTE_MS);
  vi.spyOn(Date, "now").mockReturnValue(1_001 * MINUTE_MS);
  expect(await stub.hit()).toEqual({ count: 1, resetAt: 1_002 * MINUTE_MS });
});

test("the alarm erases the count when its minute is over, and not before", async () => {
  const now = vi.spyOn(Date, "now").mockReturnValue(Math.ceil(Date.now() / MINUTE_MS) * MINUTE_MS);
  const stub = limiter();
  const { resetAt } = await stub.hit();
  const alarm = () => runInDurableObject(stub, (_instance, state) => state.storage.getAlarm());
  expect(await alarm()).toBe(resetAt);
  const stored = () =>
    runInDurableObject(stub, (_instance, state) => [...state.storage.kv.list()].length);
  expect(await runDurableObjectAlarm(stub)).toBe(true);
  expect(await stored()).toBe(1);
  expect(await alarm()).toBe(resetAt);
  now.mockReturnValue(resetAt);
  expect(await runDurableObjectAlarm(stub)).toBe(true);
  expect(await stored()).toBe(0);
  expect((await stub.hit()).count).toBe(1);
});
