// GET /healthz?deep=1: a word for each part, and nothing else.
import { afterEach, expect, test, vi } from "vitest";
import { everyMinute } from "../../../src/cron/every-minute.ts";
import { testContext } from "../../support/context.ts";
import { api, bindings, newAddress, rows } from "../../support/worker.ts";
import { untilPasses } from "../../support/until-passes.ts";

const OK = { database: "ok", files: "ok", objects: "ok", cron: "ok" };

afterEach(() => void vi.restoreAllMocks());

const present = Date.now;
let ahead = 0;

/** Moves the clock on by so much that no answer is kept any more. */
function later(byMs = 6000): void {
  ahead += byMs;
  const by = ahead;
  vi.spyOn(Date, "now").mockImplementation(() => present() + by);
}

const deep = async () =>
  api("GET", "/healthz?deep=1", { headers: { "cf-connecting-ip": newAddress() } });

test("answers 503 until the jobs of each minute were through, and then that all is well", async () => {
  await rows("DELETE FROM cron_runs");
  const before = await deep();
  expect(before.status).toBe(503);
  expect(before.body).toEqual({ status: "failing", checks: { ...OK, cron: "failed" } });
  await everyMinute(testContext().ctx);
  // the answer is repeated for some seconds
  expect((await deep()).body).toEqual(before.body);
  later();
  const after = await deep();
  expect(after.status).toBe(200);
  expect(after.body).toEqual({ status: "ok", checks: OK });
  expect(after.headers.get("cache-control")).toBe("no-store");
});

const down = () => {
  throw new Error("down");
};

test.each([
  [["files"], () => vi.spyOn(bindings.FILES, "head").mockRejectedValue(new Error("down"))],
  [["objects"], () => vi.spyOn(bindings.BUILDER_POOL, "get").mockImplementation(down)],
  // When the jobs ran is in the database too.
  [
    ["database", "cron"],
    () =>
      vi.spyOn(bindings.DB, "withSession").mockImplementation(() => {
        return { getBookmark: () => null, prepare: down, batch: down };
      }),
  ],
] as const)("says that %s failed, and not why", async (parts, breaks) => {
  await everyMinute(testContext().ctx);
  later();
  breaks();
  const { status, body } = await deep();
  expect(status).toBe(503);
  const failed = Object.fromEntries(parts.map((part) => [part, "failed"]));
  expect(body).toEqual({ status: "failing", checks: { ...OK, ...failed } });
});

test("refuses other parameters, and strangers that ask all the time", async () => {
  // To the next minute, in which its requests count, and further than answers are kept.
  later(11_000);
  later(60_000 - (Date.now() % 60_000));
  for (const query of ["deep=0", "deep=1&deep=1", "deep", "full=1"]) {
    expect((await api("GET", `/healthz?${query}`)).status, query).toBe(422);
  }
  expect((await api("POST", "/healthz?deep=1")).status).toBe(405);
  const address = newAddress();
  const ask = async () =>
    (await api("GET", "/healthz?deep=1", { headers: { "cf-connecting-ip": address } })).status;
  const limits = bindings.RATE_LIMITER;
  for (let times = 0; times < 60; times += 1) {
    await limits.get(limits.idFromName(`healthz:${address}`)).hit();
  }
  expect(await ask()).toBe(429);
  // An answer that is there is repeated to anybody, and costs nothing.
  await everyMinute(testContext().ctx);
  expect((await deep()).status).toBe(200);
  const asked = [vi.spyOn(limits, "get"), vi.spyOn(bindings.FILES, "head")];
  expect(await Promise.all([ask(), ask(), ask()])).toEqual([200, 200, 200]);
  expect(asked.map(({ mock }) => mock.calls.length)).toEqual([0, 0]);
});

test("asks a part that hangs once, and repeats the last answer meanwhile", async () => {
  await everyMinute(testContext().ctx);
  later();
  expect((await deep()).status).toBe(200);
  later();
  // A promise of one request can't be waited for by another.
  const part = { isHanging: true };
  const head = vi.spyOn(bindings.FILES, "head").mockImplementation(async () => {
    while (part.isHanging) await new Promise((resolve) => setTimeout(resolve, 10));
    return null;
  });
  const first = deep();
  await untilPasses(() => expect(head).toHaveBeenCalled());
  expect((await deep()).status).toBe(200);
  expect(head).toHaveBeenCalledTimes(1);
  part.isHanging = false;
  expect((await first).body).toEqual({ status: "ok", checks: OK });
});
