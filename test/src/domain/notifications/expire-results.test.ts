// Results and engagements are deleted 90 days after their notification ended.
import {
  createExecutionContext,
  createScheduledController,
  waitOnExecutionContext,
} from "cloudflare:test";
import { expect, test } from "vitest";
import worker from "../../../../src/index.ts";
import { expireResults } from "../../../../src/domain/notifications/expire-results.ts";
import { resultKey } from "../../../../src/domain/notifications/results.ts";
import { testContext } from "../../../support/context.ts";
import { sentNotification } from "../../../support/tracked.ts";
import { bindings, rows } from "../../../support/worker.ts";
import { newAccount, newApp } from "../../../support/scenario.ts";

const DAY_MS = 86_400_000;

/** A notification that was made and ended so many days ago, with results and engagements. */
async function ended(app: { id: number }, made: number, days: number, size = 3): Promise<number> {
  const at = Date.now() - days * DAY_MS;
  const { id } = await sentNotification(app, { updated_at: at });
  await rows(
    "UPDATE notifications SET created_at = ? WHERE id = ?",
    Date.now() - made * DAY_MS,
    id,
  );
  const numbers = JSON.stringify(Array.from({ length: size }, (_, n) => n));
  await rows(
    `INSERT INTO batch_results SELECT ? + value, '{}' FROM json_each(?)`,
    resultKey(id, 0),
    numbers,
  );
  await rows(
    `INSERT INTO engagements SELECT ?, value, 'clicked', ? FROM json_each(?)`,
    id,
    at,
    numbers,
  );
  return id;
}

async function kept(): Promise<Record<"results" | "engagements", number[]>> {
  const results = await rows("SELECT DISTINCT id / 1000000 AS id FROM batch_results ORDER BY 1");
  const engagements = await rows(
    "SELECT DISTINCT notification_id AS id FROM engagements ORDER BY 1",
  );
  const ids = (found: any[]) => found.map(({ id }) => id as number);
  return { results: ids(results), engagements: ids(engagements) };
}

test("results and engagements are deleted 90 days after the end, and the counters stay", async () => {
  const app = await newApp((await newAccount()).key);
  const planned = await ended(app, 300, 1);
  const old = await ended(app, 120, 91, 6000);
  const young = await ended(app, 100, 89);
  const gone = await ended(app, 100, 91);
  await rows("DELETE FROM notifications WHERE id = ?", gone);
  const running = await ended(app, 100, 91);
  await rows("UPDATE notifications SET status = 'sending' WHERE id = ?", running);
  await ended(app, 100, 95);
  const present = await ended(app, 0, 0);
  // twice at once, as crons may be
  await Promise.all([expireResults(testContext().ctx), expireResults(testContext().ctx)]);
  const left = [planned, young, running, present];
  expect(await kept()).toEqual({ results: left, engagements: left });
  const [row] = await rows("SELECT clicked_count FROM notifications WHERE id = ?", old);
  expect(row.clicked_count).toBe(6000);
});

test("results of a notification whose first batch is not written yet are kept, and those of the next", async () => {
  await rows("DELETE FROM batch_results");
  const app = await newApp((await newAccount()).key);
  const [running, next] = [await ended(app, 1, 1, 6), await ended(app, 1, 1, 6)];
  await rows("UPDATE notifications SET status = 'sending' WHERE id = ?", running);
  await rows("DELETE FROM batch_results WHERE id < ?", resultKey(running, 3));
  await expireResults(testContext().ctx);
  expect(await rows("SELECT id FROM batch_results ORDER BY id")).toEqual(
    [
      ...[3, 4, 5].map((batch) => resultKey(running, batch)),
      ...[0, 1, 2, 3, 4, 5].map((batch) => resultKey(next, batch)),
    ].map((id) => ({ id })),
  );
});

test("the Worker deletes old results at 03:00 UTC", async () => {
  await rows("DELETE FROM batch_results");
  const app = await newApp((await newAccount()).key);
  const old = await ended(app, 100, 91);
  expect((await kept()).results).toContain(old);
  const execution = createExecutionContext();
  await worker.scheduled(createScheduledController({ cron: "0 3 * * *" }), bindings, execution);
  await waitOnExecutionContext(execution);
  expect((await kept()).results).not.toContain(old);
});
