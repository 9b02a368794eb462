// How tests count what they ask of the database: alarms ring whenever their time comes, and nothing of that is a test's.
import { runDurableObjectAlarm } from "cloudflare:test";
import { afterEach, expect, test, vi } from "vitest";
import { newAccount } from "../../support/scenario.ts";
import {
  changeNextSession,
  countDatabase,
  countRowsRead,
  countTrips,
  recordQueries,
} from "../../support/trips.ts";
import { api, bindings } from "../../support/worker.ts";

afterEach(() => void vi.restoreAllMocks());

/** An account's key, and the lane of its webhooks with an alarm. */
async function withAlarm() {
  const { id, key } = await newAccount();
  const lane = bindings.WEBHOOK_LANE.get(bindings.WEBHOOK_LANE.idFromName(`account:${id}`));
  await lane.wake(id, Date.now() + 3_600_000);
  return { key, lane };
}

test.each<[string, () => () => number]>([
  ["round trips", countTrips],
  ["rows", countRowsRead],
  [
    "statements",
    () => {
      const recorded = recordQueries();
      return () => recorded.length;
    },
  ],
  [
    "calls",
    () => {
      const used = countDatabase();
      return () => used.calls;
    },
  ],
])("%s of an alarm are not counted", async (_, countFrom) => {
  const { key, lane } = await withAlarm();
  const counted = countFrom();
  expect(await runDurableObjectAlarm(lane)).toBe(true);
  expect(counted()).toBe(0);
  const json = { name: "A", url: "https://example.com" };
  expect((await api("POST", "/api/v1/apps", { token: key, json })).status).toBe(201);
  expect(counted()).toBeGreaterThan(0);
});

test("the next session that is changed is none of an alarm", async () => {
  const { key, lane } = await withAlarm();
  changeNextSession(() => {
    throw new Error("the database is on fire");
  });
  expect(await runDurableObjectAlarm(lane)).toBe(true);
  expect((await api("GET", "/api/v1/apps", { token: key })).status).toBe(500);
  expect((await api("GET", "/api/v1/apps", { token: key })).status).toBe(200);
});
