// Counts what a send costs: rows written by the database and by the object, queue operations, and requests to
// objects. Also checks that a large send keeps within its bounds.
import { runInDurableObject } from "cloudflare:test";
import { expect, test, vi } from "vitest";
import type { SendingSharePort } from "../../../../src/domain/ports/notifications.ts";
import { NotificationRun, SendingShare } from "../../../../src/index.ts";
import { createContext } from "../../../../src/runtime.ts";
import { bindings, rows } from "../../../support/worker.ts";
import { addBrowsers, Send, useWorld } from "../../delivery/sending.ts";
import { newPushOwner } from "../../../support/scenario.ts";

const world = useWorld();

/** Bytes of a queue operation. */
const OPERATION_BYTES = 64_000;

interface Cost {
  /** Rows. */
  database: number;
  object: number;
  alarms: number;
  read: number;
  /** Operations. */
  queue: number;
  /** To objects. */
  requests: number;
}

/** Counts what a send costs from here on. */
async function counting(send: Send): Promise<Cost> {
  // creating it was a request
  const cost: Cost = {
    database: 0,
    object: 0,
    alarms: 0,
    read: 0,
    queue: 0,
    requests: 1,
  };
  world.context = ({ enqueueBatches, ...ctx }) => {
    const DB = countingDatabase(bindings.DB, (written, read) => {
      cost.database += written;
      cost.read += read;
    });
    const { db } = createContext({ ...bindings, DB }, "primary", () => undefined).ctx;
    return {
      ...ctx,
      db,
      enqueueBatches: async (messages, delay) => {
        for (const message of messages) {
          const size = JSON.stringify(message).length;
          // each is written, read and deleted
          cost.queue += 3 * Math.ceil(size / OPERATION_BYTES);
        }
        return enqueueBatches(messages, delay);
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
  // What is called on a ticket belongs to the session of its claim, and is no request (src/durable/notification-run/ticket.ts).
  for (const method of ["claim", "complete", "results", "alarm"] as const) {
    const real = NotificationRun.prototype[method] as (...args: unknown[]) => unknown;
    vi.spyOn(NotificationRun.prototype, method).mockImplementation(async function (
      this: NotificationRun,
      ...args: unknown[]
    ) {
      cost.requests += 1;
      return real.apply(this, args) as never;
    });
  }
  const port = SendingShare.prototype as SendingSharePort;
  const ask = port.ask;
  vi.spyOn(port, "ask").mockImplementation(async function (this: SendingShare, ...args) {
    cost.requests += 1;
    return ask.apply(this, args);
  });
  return cost;
}

test.each([
  ["as fast as the local stack", 0.1],
  ["a batch a second", 1],
])(
  "a send costs <= 0.04 row writes, 0.06 queue operations, 0.04 requests a recipient (%s)",
  async (_speed, seconds) => {
    const count = 5000;
    const send = await Send.create(world, await newPushOwner(count));
    const cost = await counting(send);
    while (await send.look()) {
      const atWork = send.take();
      for (const { message } of atWork) {
        const { batch, attempt, recipients } = message;
        using claimed = await send.stub.claim(batch, attempt);
        world.pass(seconds * 1000);
        // the alarm rings at its time
        if ((await alarmIn(send)) <= 0) await send.look();
        atWork.push(...send.take());
        const outcomes = recipients.map(({ id }) => ({ id, status: "sent" as const }));
        await claimed?.ticket?.complete(outcomes, [], []);
      }
    }
    await send.expectAccounted(count);
    const written = cost.database + cost.object + cost.alarms;
    expect(cost.database).toBeGreaterThanOrEqual(count / 250);
    expect(cost.object).toBeGreaterThanOrEqual(count / 50);
    expect(cost.alarms).toBeGreaterThan(0);
    // each is counted, and read to be sent to
    expect(cost.read).toBeGreaterThanOrEqual(2 * count);
    expect(cost.read / count).toBeLessThanOrEqual(5);
    expect(written / count).toBeLessThanOrEqual(0.04);
    expect(cost.queue / count).toBeLessThanOrEqual(0.06);
    expect(cost.requests / count).toBeLessThanOrEqual(0.04);
  },
);

test("a send as slow as a batch in 15 s costs eleven rows and sixteen requests a minute more", async () => {
  const [count, seconds] = [2000, 15];
  const owner = await newPushOwner(0);
  await addBrowsers(owner, count);
  const send = await Send.create(world, owner);
  const cost = await counting(send);
  while (await send.look()) {
    for (const { message } of send.take()) {
      using claimed = await send.stub.claim(message.batch, message.attempt);
      const doneAt = Date.now() + seconds * 1000;
      for (let wait = await alarmIn(send); Date.now() + wait < doneAt; wait = await alarmIn(send)) {
        world.pass(Math.max(0, wait));
        await send.look();
      }
      world.pass(doneAt - Date.now());
      const outcomes = message.recipients.map(({ id }) => ({ id, status: "sent" as const }));
      await claimed?.ticket?.complete(outcomes, [], []);
    }
  }
  await send.expectAccounted(count);
  const minutes = ((count / 50) * seconds) / 60;
  const written = cost.database + cost.object + cost.alarms;
  expect(written).toBeLessThanOrEqual(0.04 * count + 11 * minutes);
  expect(cost.requests).toBeLessThanOrEqual(0.04 * count + 16 * minutes);
  expect(cost.queue / count).toBeLessThanOrEqual(0.06);
});

test("a claim reads and writes nothing, and a report writes the row of its batch", async () => {
  const owner = await newPushOwner(0);
  await addBrowsers(owner, 500);
  const send = await Send.create(world, owner);
  await send.look();
  const [first, second] = send.take();
  if (!first || !second) throw new Error("no batches");
  // It has read what it keeps in memory.
  await send.report(first.message);
  const queries: string[] = [];
  const keys: string[] = [];
  await runInDurableObject(send.stub, (_, { storage: { sql, kv } }) => {
    const exec = sql.exec.bind(sql);
    vi.spyOn(sql, "exec").mockImplementation((query, ...values) => {
      queries.push(query);
      return exec(query, ...values);
    });
    for (const name of ["get", "put"] as const) {
      const real = kv[name].bind(kv) as (key: string, value?: unknown) => never;
      vi.spyOn(kv, name).mockImplementation((key: string, ...value: unknown[]) => {
        keys.push(`${name} ${key}`);
        return real(key, ...value);
      });
    }
  });
  using claimed = await send.stub.claim(second.message.batch, 1);
  expect([queries, keys]).toEqual([[], []]);
  const outcomes = second.message.recipients.map(({ id }) => ({ id, status: "sent" as const }));
  await claimed?.ticket?.complete(outcomes, [], []);
  expect([queries, keys]).toEqual([[expect.stringMatching(/^INSERT INTO done /)], []]);
});

test("a large audience is cut into batches as fast as they are reported, with about 100 open", async () => {
  const count = 30_000;
  const owner = await newPushOwner(0);
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
    const room = atWork.length >= 100 ? 60 : 20;
    for (const { message } of atWork.splice(0, room)) await send.report(message);
    if (room === 60 && looks < 10) expect(await alarmIn(send)).toBeLessThanOrEqual(0);
  }
  expect(Math.max(...inQueue)).toBeGreaterThanOrEqual(100);
  expect(Math.max(...inQueue)).toBeLessThan(120);
  await send.expectAccounted(count);
});

test("batches that wait for a retry do not keep others from being queued", async () => {
  const count = 25_000;
  const owner = await newPushOwner(0);
  await addBrowsers(owner, count);
  const send = await Send.create(world, owner);
  for (let looks = 0; looks < 20; looks += 1) {
    await send.look();
    for (const { message } of send.take()) {
      const { batch, attempt, recipients } = message;
      if (attempt > 1) continue;
      await send.claim(batch, attempt);
      const retry = {
        status: "retry",
        error: "HTTP 429",
        reason: "unavailable",
        afterMs: 3_600_000,
      } as const;
      const outcomes = recipients.map(({ id }, at) => {
        return at === 0 ? { id, ...retry } : { id, status: "sent" as const };
      });
      await send.stub.complete(batch, attempt, outcomes, [], []);
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

test("after an eviction only the results that the database lacks are written", async () => {
  const owner = await newPushOwner(0);
  await addBrowsers(owner, 630);
  const send = await Send.create(world, owner);
  await send.look();
  const queued = send.take();
  const [first, second] = [queued.slice(0, 7), queued.slice(7)];
  for (const { message } of first) await send.report(message);
  await send.look();
  // A row waits for all its batches.
  expect(await send.results()).toHaveLength(250);
  await rows(
    "UPDATE batch_results SET results = results || ' ' WHERE id >= ? RETURNING id",
    send.id * 1_000_000,
  );
  for (const { message } of second) await send.report(message);
  await send.evict();
  await send.finish();
  await send.expectAccounted(630);
  const untouched = await rows(
    "SELECT id FROM batch_results WHERE results LIKE '% ' AND id >= ?",
    send.id * 1_000_000,
  );
  expect(untouched).toHaveLength(1);
});

/** The database, which tells how many rows each statement wrote and read. */
function countingDatabase(
  real: D1Database,
  used: (written: number, read: number) => unknown,
): D1Database {
  type Meta = { rows_written?: number; rows_read?: number };
  const note = <Result extends { meta: Meta }>(result: Result): Result => {
    used(result.meta.rows_written ?? 0, result.meta.rows_read ?? 0);
    return result;
  };
  const originals = new WeakMap<object, D1PreparedStatement>();
  const counting = (statement: D1PreparedStatement): D1PreparedStatement => {
    const counted = {
      bind: (...values: unknown[]) => counting(statement.bind(...values)),
      all: async () => note(await statement.all()),
      run: async () => note(await statement.run()),
      raw: async () => {
        // `raw` tells no counts; no statement here answers two columns of one name
        const { results } = note(await statement.all());
        return results.map((row) => Object.values(row as object));
      },
    } as unknown as D1PreparedStatement;
    originals.set(counted, statement);
    return counted;
  };
  return {
    withSession: (at: string) => {
      const session = real.withSession(at);
      return {
        getBookmark: () => session.getBookmark(),
        prepare: (query: string) => counting(session.prepare(query)),
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
