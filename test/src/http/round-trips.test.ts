// Counts the round trips that reads make to the database: one for the API key, one for the data.
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { operations, pathOf } from "../../support/operations.ts";
import { countTrips } from "../../support/trips.ts";
import { bindings, eventually, rows, send } from "../../support/worker.ts";
import { newOneOfEach, type OneOfEach } from "../../support/scenario.ts";

/** Most round trips of a read. */
const MOST = 2;

/** What was counted, for bench/round-trips.ts. */
const counts: Record<string, number> = {};
afterAll(() => console.log(`round-trips ${JSON.stringify(counts)}`));

let world: OneOfEach;
beforeAll(async () => {
  world = await newOneOfEach();
  await send("GET", "/api/v1/account", { token: world.key });
  // the key's last use is written after the answer, once a minute: wait until it is
  await eventually(async () => {
    const [row] = await rows(
      "SELECT max(last_used_at) AS at FROM api_keys WHERE account_id = ?",
      world.id,
    );
    return row.at !== null;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
});

const reads = operations.filter(([, { docs }]) => docs.method === "get");

describe.each(reads)("%s", (name, operation) => {
  test.each(["GET", "HEAD"])("%s takes at most two round trips", async (method) => {
    const token = operation.access === "operator" ? bindings.ADMIN_TOKEN : world.key;
    const trips = countTrips();
    const answer = await send(method, pathOf(operation, world.ids), { token });
    await answer.text();
    counts[name] = Math.max(counts[name] ?? 0, trips());
    expect(answer.status).toBeLessThan(500);
    expect(trips()).toBeLessThanOrEqual(MOST);
    expect(trips()).toBeGreaterThanOrEqual(1);
  });
});

test("GET /api/v1/account takes one round trip", async () => {
  const trips = countTrips();
  const answer = await send("GET", "/api/v1/account", { token: world.key });
  await answer.text();
  expect(trips()).toBe(1);
});

test("a malformed API key takes no round trip", async () => {
  const trips = countTrips();
  for (const token of ["", "nonsense", "sw_live_short", bindings.ADMIN_TOKEN]) {
    expect((await send("GET", "/api/v1/account", { token })).status).toBe(401);
  }
  expect(trips()).toBe(0);
});
