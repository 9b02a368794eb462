// What the cron does every minute.
import {
  createExecutionContext,
  createScheduledController,
  waitOnExecutionContext,
} from "cloudflare:test";
import { expect, test } from "vitest";
import { everyMinute } from "../../../src/cron/every-minute.ts";
import worker from "../../../src/index.ts";
import { testContext } from "../../support/context.ts";
import { api, bindings, rows } from "../../support/worker.ts";
import { newAccount } from "../../support/scenario.ts";

const DAY_MS = 86_400_000;

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

test("a part that fails is logged and does not stop the others", async () => {
  await keepAnswer("old", 0);
  const faults: unknown[] = [];
  const { ctx } = testContext();
  let asked = 0;
  await everyMinute({
    ...ctx,
    now: () => {
      asked += 1;
      if (asked === 1) throw new Error("no time");
      return Date.now();
    },
    log: { ...ctx.log, error: (event, _error, fields) => faults.push([event, fields]) },
  });
  expect(faults).toEqual([["cron_fault", { part: "grantRenewals" }]]);
  expect(await rows("SELECT id FROM idempotency_keys WHERE id = 'old'")).toEqual([]);
});
