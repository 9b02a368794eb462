// What the cron does every minute.
import {
  createExecutionContext,
  createScheduledController,
  waitOnExecutionContext,
} from "cloudflare:test";
import { afterEach, expect, test, vi } from "vitest";
import { runParts } from "../../../src/cron/parts.ts";
import { expireIdempotencyKeys } from "../../../src/domain/accounts/idempotency.ts";
import { everyMinute } from "../../../src/cron/every-minute.ts";
import worker from "../../../src/index.ts";
import { testContext } from "../../support/context.ts";
import { api, bindings, rows } from "../../support/worker.ts";
import { newAccount } from "../../support/scenario.ts";

const DAY_MS = 86_400_000;

afterEach(() => void vi.restoreAllMocks());

async function keepAnswer(id: string, createdAt: number): Promise<void> {
  await rows(
    "INSERT INTO idempotency_keys (id, body_hash, created_at) VALUES (?, 'x', ?)",
    id,
    createdAt,
  );
}

test("the Worker's schedule grants the credits that are due", async () => {
  const { id, key } = await newAccount({ build_credits: 0 });
  await rows("UPDATE accounts SET renewal_at = ? WHERE id = ?", Date.now() - 1000, id);
  const execution = createExecutionContext();
  await worker.scheduled(createScheduledController(), bindings, execution);
  await waitOnExecutionContext(execution);
  const account = await api("GET", "/api/v1/account", { token: key });
  expect(account.body.data.build_credits).toBe(10);
});

test("answers kept for an Idempotency-Key are deleted after a day, others stay", async () => {
  await keepAnswer("old", Date.now() - DAY_MS - 1000);
  await keepAnswer("new", Date.now() - DAY_MS + 60_000);
  // more than one statement deletes
  await rows(
    `INSERT INTO idempotency_keys (id, body_hash, created_at)
     WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500)
     SELECT 'many' || i, 'x', 0 FROM n`,
  );
  await everyMinute(testContext().ctx);
  expect(await rows("SELECT id FROM idempotency_keys")).toEqual([{ id: "new" }]);
});

test("a part that fails is logged and noted, and does not stop the others", async () => {
  await keepAnswer("old", 0);
  const faults: unknown[] = [];
  let now = Date.now();
  const { ctx: real } = testContext(() => now);
  const ctx = {
    ...real,
    log: {
      ...real.log,
      error: (event: string, _: unknown, fields: unknown) => void faults.push([event, fields]),
    },
  };
  const run = async (fails: boolean) =>
    runParts(ctx, "* * * * *", {
      breaks: async () => {
        now += 20;
        if (fails) throw new Error("no time\nparams: secret");
      },
      expireIdempotencyKeys,
    });
  const noted = async () => {
    const [row] = await rows("SELECT * FROM cron_runs WHERE schedule = '* * * * *'");
    return { ...row, parts: JSON.parse(row.parts) };
  };
  await run(true);
  await run(true);
  expect(faults).toEqual([
    ["cron_fault", { part: "breaks" }],
    ["cron_fault", { part: "breaks" }],
  ]);
  expect(await rows("SELECT id FROM idempotency_keys WHERE id = 'old'")).toEqual([]);
  const failing = await noted();
  expect(failing).toMatchObject({ begun_at: now - 20, ended_at: now });
  expect(failing.parts.breaks).toEqual({
    tookMs: 20,
    failures: 2,
    error: "no time",
    failedAt: now,
  });
  expect(failing.parts.expireIdempotencyKeys).toMatchObject({ failures: 0, error: null });
  const failedAt = now;
  await run(false);
  expect((await noted()).parts.breaks).toEqual({
    tookMs: 20,
    failures: 0,
    error: "no time",
    failedAt,
  });
});

test("a job beside the others waits for none of them, and is noted too", async () => {
  const { ctx } = testContext();
  const beside = Promise.withResolvers<void>();
  const order: string[] = [];
  await runParts(
    ctx,
    "* * * * *",
    {
      takesLong: async () => {
        await beside.promise;
        order.push("took long");
      },
      last: async () => void order.push("last"),
    },
    {
      isQuick: async () => {
        order.push("beside");
        beside.resolve();
      },
      breaks: async () => {
        throw new Error("no time");
      },
    },
  );
  expect(order).toEqual(["beside", "took long", "last"]);
  const [row] = await rows("SELECT parts FROM cron_runs WHERE schedule = '* * * * *'");
  const parts = JSON.parse(row.parts);
  expect(Object.keys(parts).toSorted()).toEqual(["breaks", "isQuick", "last", "takesLong"]);
  expect(parts.breaks).toMatchObject({ error: "no time" });
});

test("what follows up the direct path has begun before any other job is done", async () => {
  const asked: string[] = [];
  const open = bindings.DB.withSession.bind(bindings.DB);
  vi.spyOn(bindings.DB, "withSession").mockImplementation((start) => {
    const session = open(start);
    const prepare = session.prepare.bind(session);
    session.prepare = (text) => {
      asked.push(text);
      return prepare(text);
    };
    return session;
  });
  await everyMinute(testContext().ctx);
  const firstOf = (words: RegExp) => asked.findIndex((text) => words.test(text));
  expect(firstOf(/"cursors"|FROM cursors/)).toBeGreaterThanOrEqual(0);
  expect(firstOf(/"cursors"|FROM cursors/)).toBeLessThan(firstOf(/"idempotency_keys"/));
  expect(firstOf(/"cursors"|FROM cursors/)).toBeLessThan(3);
});

test("jobs run although nobody can note that they did", async () => {
  await keepAnswer("old", 0);
  const { ctx } = testContext();
  const faults: string[] = [];
  const db = Object.create(ctx.db, {
    insert: {
      value: () => {
        throw new Error("no database");
      },
    },
  }) as typeof ctx.db;
  const log = { ...ctx.log, error: (event: string) => void faults.push(event) };
  await runParts({ ...ctx, db, log }, "* * * * *", { expireIdempotencyKeys });
  expect(faults).toEqual(["cron_not_noted"]);
  expect(await rows("SELECT id FROM idempotency_keys WHERE id = 'old'")).toEqual([]);
});
