// What the counting Worker counts, by known sequences: of the database, queues, objects and R2, as the platform bills them.
import { runInDurableObject } from "cloudflare:test";
import { beforeEach, expect, test } from "vitest";
import { operationsOf, watchBindings } from "../../../bench/counting/bindings.ts";
import { watchStorage } from "../../../bench/counting/classes.ts";
import { takeCounts, type Line } from "../../../bench/counting/counts.ts";
import { bindings } from "../../support/worker.ts";

beforeEach(() => void takeCounts());

/** What was counted, as `line of`, but for times. */
function counted(): Record<string, number> {
  const not: Line[] = ["object milliseconds"];
  const counts = takeCounts().filter(({ line, amount }) => !not.includes(line) && amount > 0);
  return Object.fromEntries(counts.map(({ line, of, amount }) => [`${line}: ${of}`, amount]));
}

test("the database counts calls, statements, and rows as D1 tells them, also of raw answers", async () => {
  await bindings.DB.exec("CREATE TABLE counted (id INTEGER PRIMARY KEY, name TEXT)");
  await bindings.DB.exec("CREATE INDEX counted_name ON counted (name)");
  const session = watchBindings({ DB: bindings.DB }, "test").DB.withSession("first-primary");
  const insert = session.prepare("INSERT INTO counted (name) VALUES (?)");
  await session.batch([insert.bind("a"), insert.bind("b"), insert.bind("c")]);
  expect(counted()).toEqual({
    "database calls: INSERT counted, INSERT counted, INSERT counted": 1,
    "statements: INSERT counted": 3,
    // a row and its entry in the index
    "rows written: INSERT counted": 6,
  });
  const rows = await session.prepare("SELECT id, id, name FROM counted").raw();
  expect(rows).toEqual([
    [1, 1, "a"],
    [2, 2, "b"],
    [3, 3, "c"],
  ]);
  const { meta } = await session.prepare("UPDATE counted SET name = 'd' WHERE id = 1").run();
  expect(counted()).toEqual({
    "database calls: SELECT counted": 1,
    "statements: SELECT counted": 1,
    "rows read: SELECT counted": 3,
    "database calls: UPDATE counted": 1,
    "statements: UPDATE counted": 1,
    "rows read: UPDATE counted": meta.rows_read,
    "rows written: UPDATE counted": meta.rows_written,
  });
  expect(session.getBookmark()).toMatch(/./);
});

test("a statement that fails is counted, and its error arrives", async () => {
  const session = watchBindings({ DB: bindings.DB }, "test").DB.withSession("first-primary");
  await expect(session.prepare("SELECT * FROM nowhere").all()).rejects.toThrow("no such table");
  expect(counted()).toEqual({
    "database calls: SELECT nowhere": 1,
    "statements: SELECT nowhere": 1,
  });
});

test("outside a session the database refuses, since that would not be counted", async () => {
  const { DB } = watchBindings({ DB: bindings.DB }, "test");
  await expect(async () => DB.exec("SELECT 1")).rejects.toThrow("not counted");
});

test("a message counts one operation for each 64,000 bytes that are begun, with 100 of the platform's own", () => {
  const text = (bytes: number) => "x".repeat(bytes - '""'.length - 100);
  expect([1000, 64_000, 64_001, 128_000].map((bytes) => operationsOf(text(bytes)))).toEqual([
    1, 1, 2, 2,
  ]);
});

test("a queue counts a write for each message of a call", async () => {
  const sent: unknown[] = [];
  const queue = {
    sendBatch: async (messages: unknown[]) => void sent.push(...messages),
    send: async (message: unknown) => void sent.push(message),
  };
  const { BATCHES } = watchBindings({ BATCHES: queue }, "test");
  await BATCHES.sendBatch([{ body: "a" }, { body: "b".repeat(70_000) }]);
  await BATCHES.send("c");
  expect(sent).toHaveLength(3);
  expect(counted()).toEqual({ "queue operations: BATCHES write": 4 });
});

test("each call of an object is a request, by the class and the method", async () => {
  const { RATE_LIMITER } = watchBindings({ RATE_LIMITER: bindings.RATE_LIMITER }, "test");
  const limiter = RATE_LIMITER.get(RATE_LIMITER.idFromName("counted"));
  expect([(await limiter.hit()).count, (await limiter.hit()).count]).toEqual([1, 2]);
  await limiter.peek();
  expect(counted()).toEqual({
    "object requests: RateLimiter.hit": 2,
    "object requests: RateLimiter.peek": 1,
  });
});

test("an object's storage counts rows of SQL, entries of the key-value store, and alarms", async () => {
  const stub = bindings.SENDING_SHARE.get(bindings.SENDING_SHARE.idFromName("counted"));
  await runInDurableObject(stub, async (_, { storage }) => {
    watchStorage(storage, "Counted");
    storage.sql.exec("CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT)");
    storage.sql.exec("CREATE INDEX things_name ON things (name)");
    await Promise.resolve();
    takeCounts();
    storage.sql.exec("INSERT INTO things (name) VALUES ('a'), ('b')");
    expect(storage.sql.exec("SELECT id FROM things").toArray()).toHaveLength(2);
    storage.kv.put("key", 1);
    expect(storage.kv.get("key")).toBe(1);
    await storage.put("other", 2);
    await storage.setAlarm(Date.now() + 3_600_000);
    await storage.deleteAlarm();
  });
  expect(counted()).toEqual({
    "object rows written: INSERT": 4,
    "object rows read: SELECT": 2,
    "object rows written: kv.put": 1,
    "object rows read: kv.get": 1,
    "object rows written: put": 1,
    "object rows written: setAlarm": 1,
  });
});

test("R2 counts writes and reads, and no deletion, which is free", async () => {
  const { FILES } = watchBindings({ FILES: bindings.FILES }, "test");
  await FILES.put("counted", "text");
  expect(await (await FILES.get("counted"))?.text()).toBe("text");
  await FILES.head("counted");
  await FILES.delete("counted");
  expect(counted()).toEqual({ "R2 writes: put": 1, "R2 reads: get": 1, "R2 reads: head": 1 });
});

test("a binding of another kind is refused, since it would not be counted", () => {
  expect(() => watchBindings({ CACHE: { match: () => undefined } }, "test")).toThrow("CACHE");
  expect(watchBindings({ NAME: "text" }, "test")).toEqual({ NAME: "text" });
});
