// What a send costs, counted: rows written by the database and by the object, queue operations, requests to
// objects. And that a large one keeps within its bounds.
import { runInDurableObject } from "cloudflare:test";
import { expect, test, vi } from "vitest";
import { NotificationRun } from "../../../src/index.ts";
import { createContext } from "../../../src/runtime.ts";
import { bindings, rows } from "../support/worker.ts";
import { newOwner, Send, useWorld } from "../delivery/sending.ts";

const world = useWorld();

/** Bytes of a queue operation. */
const OPERATION_BYTES = 64_000;

test("5,000 recipients: <= 0.05 row writes, 0.07 queue operations, 0.1 object requests each", async () => {
  const count = 5000;
  const send = await Send.create(world, await newOwner(count));
  const cost = { database: 0, object: 0, alarms: 0, queue: 0, requests: 1 };
  world.context = ({ enqueueDeliveries, ...ctx }) => {
    const DB = countingDatabase(bindings.DB, (written) => (cost.database += written));
    const { db } = createContext({ ...bindings, DB }, "primary", () => undefined).ctx;
    return {
      ...ctx,
      db,
      enqueueDeliveries: async (messages, delay) => {
        for (const message of messages) {
          // each is written, read and deleted
          cost.queue += 3 * Math.ceil(JSON.stringify(message).length / OPERATION_BYTES);
        }
        return enqueueDeliveries(messages, delay);
      },
    };
  };
  await runInDurableObject(send.stub, (_, { storage }) => {
    const { sql, kv } = storage;
    const exec = sql.exec.bind(sql);
    vi.spyOn(sql, "exec").mockImplementation((query, ...values) => {
      const cursor = exec(query, ...values);
      cost.object += cursor.rowsWritten;
      return cursor;
    });
    const put = kv.put.bind(kv);
    vi.spyOn(kv, "put").mockImplementation((key, value) => {
      cost.object += 1;
      put(key, value);
    });
    const setAlarm = storage.setAlarm.bind(storage);
    vi.spyOn(storage, "setAlarm").mockImplementation(async (at, options) => {
      cost.alarms += 1;
      return setAlarm(at, options);
    });
  });
  for (const method of ["claim", "complete", "alarm"] as const) {
    const real = NotificationRun.prototype[method] as (...args: unknown[]) => unknown;
    vi.spyOn(NotificationRun.prototype, method).mockImplementation(async function (
      this: NotificationRun,
      ...args: unknown[]
    ) {
      cost.requests += 1;
      return real.apply(this, args) as never;
    });
  }
  // a look a second, as the alarm's own; about as fast as the local stack sends
  while (await send.look()) {
    const queued = send.take();
    for (const [at, { message }] of queued.entries()) {
      await send.report(message);
      if (at % 10 === 9) {
        world.pass(1000);
        await send.look();
        world.queue.push(...send.take());
      }
    }
  }
  await send.expectAccounted(count);
  const written = cost.database + cost.object + cost.alarms;
  // bench/cost.ts reads this line
  console.log(`budget ${JSON.stringify({ recipients: count, ...cost })}`);
  expect(cost.database).toBeGreaterThanOrEqual(count / 50);
  expect(cost.object).toBeGreaterThanOrEqual(count / 50);
  expect(cost.alarms).toBeGreaterThan(0);
  expect(written / count).toBeLessThanOrEqual(0.05);
  expect(cost.queue / count).toBeLessThanOrEqual(0.07);
  expect(cost.requests / count).toBeLessThanOrEqual(0.1);
});

test("a large audience is cut as fast as its batches come back", async () => {
  const count = 30_000;
  const owner = await newOwner(0);
  await addBrowsers(owner, count);
  const send = await Send.create(world, owner);
  const inQueue: number[] = [];
  const atWork: Awaited<ReturnType<typeof send.take>> = [];
  for (let looks = 0; looks < 200; looks += 1) {
    const isRinging = await send.look();
    atWork.push(...send.take());
    inQueue.push(atWork.length);
    if (!isRinging && atWork.length === 0) break;
    // what comes back wakes the run: it need not wait for its time
    const room = atWork.length >= 400 ? 250 : 50;
    for (const { message } of atWork.splice(0, room)) await send.report(message);
    if (room === 250 && looks < 10) expect(await alarmIn(send)).toBeLessThanOrEqual(0);
  }
  expect(Math.max(...inQueue)).toBeGreaterThanOrEqual(400);
  expect(Math.max(...inQueue)).toBeLessThan(420);
  await send.expectAccounted(count);
});

test("batches that wait for a retry do not keep others from being cut", async () => {
  const count = 25_000;
  const owner = await newOwner(0);
  await addBrowsers(owner, count);
  const send = await Send.create(world, owner);
  for (let looks = 0; looks < 20; looks += 1) {
    await send.look();
    for (const { message } of send.take()) {
      const { batch, attempt, recipients } = message;
      if (attempt > 1) continue;
      await send.stub.claim(batch, attempt);
      const retry = { status: "retry", error: "HTTP 429", afterMs: 3_600_000 } as const;
      const outcomes = recipients.map(({ id }, at) => {
        return at === 0 ? { id, ...retry } : { id, status: "sent" as const };
      });
      await send.stub.complete(batch, attempt, outcomes, null);
    }
  }
  world.pass(1000);
  await send.look();
  expect((await send.get()).stats).toMatchObject({ total_count: count, total_batches: 500 });
  expect(await send.results()).toEqual([]);
  const kept = await runInDurableObject(send.stub, (_, { storage }) =>
    storage.sql.exec<{ n: number }>("SELECT count(*) AS n FROM retries").one(),
  );
  expect(kept.n).toBe(500);
});

test("after an eviction only the results the database lacks are written", async () => {
  const send = await Send.create(world, await newOwner(230));
  await send.look();
  const queued = send.take();
  for (const { message } of queued.slice(0, 3)) await send.report(message);
  await send.look();
  expect(await send.results()).toHaveLength(150);
  await rows(
    "UPDATE batch_results SET outcomes = outcomes || ' ' WHERE id >= ? RETURNING id",
    send.id * 1_000_000,
  );
  for (const { message } of queued.slice(3)) await send.report(message);
  await send.evict();
  await send.finish();
  await send.expectAccounted(230);
  const untouched = await rows(
    "SELECT id FROM batch_results WHERE outcomes LIKE '% ' AND id >= ?",
    send.id * 1_000_000,
  );
  expect(untouched).toHaveLength(3);
});

/** The database, which tells how many rows each write wrote. */
function countingDatabase(real: D1Database, wrote: (rows: number) => unknown): D1Database {
  const note = <Result extends { meta: { rows_written?: number } }>(result: Result): Result => {
    wrote(result.meta.rows_written ?? 0);
    return result;
  };
  const originals = new WeakMap<object, D1PreparedStatement>();
  const counting = (statement: D1PreparedStatement): D1PreparedStatement => {
    const counted = {
      bind: (...values: unknown[]) => counting(statement.bind(...values)),
      all: async () => note(await statement.all()),
      run: async () => note(await statement.run()),
      raw: async () => {
        // `raw` tells no counts: what reads is left to it, what writes answers one column or none
        const { results } = note(await statement.all());
        return results.map((row) => Object.values(row as object));
      },
    } as unknown as D1PreparedStatement;
    originals.set(counted, statement);
    return counted;
  };
  const isWrite = (query: string) => /^\s*(insert|update|delete)/i.test(query);
  return {
    withSession: (at: string) => {
      const session = real.withSession(at);
      return {
        getBookmark: () => session.getBookmark(),
        prepare: (query: string) => {
          const statement = session.prepare(query);
          return isWrite(query) ? counting(statement) : statement;
        },
        batch: async (statements: D1PreparedStatement[]) => {
          const results = await session.batch(statements.map((one) => originals.get(one) ?? one));
          for (const result of results) note(result);
          return results;
        },
      };
    },
  } as unknown as D1Database;
}

/** When the run's alarm rings, ms from now. */
async function alarmIn(send: Send): Promise<number> {
  const at = await runInDurableObject(send.stub, (_, { storage }) => storage.getAlarm());
  return (at ?? Infinity) - Date.now();
}

async function addBrowsers(owner: { app: { v1_id: number } }, count: number): Promise<void> {
  await rows(
    `WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)
     INSERT INTO subscribers (uuid, account_id, app_id, platform, provider, token, tags, status,
       token_since, last_active_at, created_at, updated_at)
     SELECT app.uuid || n, account_id, app.id, 'web', 'webpush', 'https://push.example.com/' || app.id || '/' || n,
       '[]', 'active', 1, 1, 1, 1 FROM numbers, apps AS app WHERE app.id = ?`,
    count,
    owner.app.v1_id,
  );
}
