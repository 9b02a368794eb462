// The build log: the builder appends to it by offset, the owner reads it whole or follows it live.
import { runInDurableObject } from "cloudflare:test";
import { expect, test, vi } from "vitest";
import { MAX_LOG_BYTES, MAX_LOG_CHUNK_BYTES } from "../../../../src/protocol/builder.ts";
import { cancel, getLogs, lockOf, triggered, useTestClock } from "../../../support/builds.ts";
import { FakeBuilder, type Lease } from "../../../support/fake-builder.ts";
import { bindings, send } from "../../../support/worker.ts";
import { EventReader } from "./event-reader.ts";
import { newOwner, type Owner } from "../../../support/scenario.ts";
import { untilPasses } from "../../../support/until-passes.ts";

useTestClock();
const encoder = new TextEncoder();

interface Running {
  builder: FakeBuilder;
  owner: Owner;
  id: number;
  lease: Lease;
}

async function running(): Promise<Running> {
  const builder = await FakeBuilder.start();
  const owner = await newOwner();
  const id = await triggered(owner);
  return { builder, owner, id, lease: (await builder.take()).lease };
}

async function follow({ account }: Owner, id: number, lastEventId?: string): Promise<EventReader> {
  const response = await send("GET", `/api/v1/builds/${id}/logs`, {
    token: account.key,
    headers: {
      accept: "text/event-stream",
      ...(lastEventId === undefined ? {} : { "last-event-id": lastEventId }),
    },
  });
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  return new EventReader(response);
}

test("bytes are stored at their offset, also when appends are repeated or overlap", async () => {
  const { builder, owner, id, lease } = await running();
  expect((await builder.log(lease, 0, "abc")).body).toEqual({ offset: 3 });
  expect((await builder.log(lease, 0, "abc")).body).toEqual({ offset: 3 });
  expect((await builder.log(lease, 1, "bcde")).body).toEqual({ offset: 5 });
  expect((await builder.log(lease, 1, "b")).body).toEqual({ offset: 5 });
  expect((await builder.log(lease, 5, "")).body).toEqual({ offset: 5 });
  const gap = await builder.log(lease, 6, "xyz");
  expect([gap.status, gap.body]).toEqual([416, { offset: 5 }]);
  expect((await getLogs(owner, id)).body.logs).toBe("abcde");
});

test.each(["", "-1", "1.5", "x", "9".repeat(13)])("refuses the offset %j", async (offset) => {
  const { builder, lease } = await running();
  const refused = await builder.log(lease, offset, "abc");
  expect([refused.status, refused.body.error]).toEqual([422, "invalid_request"]);
});

test("a chunk may have 64 KiB and no more", async () => {
  const { builder, owner, id, lease } = await running();
  const refused = await builder.log(lease, 0, new Uint8Array(MAX_LOG_CHUNK_BYTES + 1));
  expect([refused.status, refused.body.error]).toEqual([413, "too_large"]);
  expect((await getLogs(owner, id)).body.logs).toBe("");
  const taken = await builder.log(lease, 0, new Uint8Array(MAX_LOG_CHUNK_BYTES));
  expect(taken.body).toEqual({ offset: MAX_LOG_CHUNK_BYTES });
});

test("a log over 1 MiB is cut with a note, while the builder's appends are still accepted", async () => {
  const { builder, owner, id, lease } = await running();
  // 3-byte characters, so that the limit falls within one
  const chunk = new Uint8Array(encoder.encode("€".repeat(Math.floor(MAX_LOG_CHUNK_BYTES / 3))));
  let offset = 0;
  for (let n = 0; n < 20; n += 1) {
    const { status, body } = await builder.log(lease, offset, chunk);
    expect([status, body]).toEqual([200, { offset: offset + chunk.length }]);
    ({ offset } = body);
  }
  await builder.finish(lease);
  const text: string = (await getLogs(owner, id)).body.logs;
  expect(text).toMatch(/^€+\n+\[The log is longer than 1 MiB; the rest is left out\.\]\n$/);
  const size = encoder.encode(text).length;
  expect(size).toBeGreaterThan(MAX_LOG_BYTES);
  expect(size).toBeLessThan(MAX_LOG_BYTES + 100);
});

test("characters split across chunks come out whole", async () => {
  const { builder, owner, id, lease } = await running();
  const stream = await follow(owner, id);
  const text = "größer 日本語 👩‍🚀🎉 ende";
  const bytes = encoder.encode(text);
  let seen = "";
  for (let at = 0; at < bytes.length; at += 1) {
    await builder.log(lease, at, bytes.slice(at, at + 1));
    const { logs } = (await getLogs(owner, id)).body;
    expect(text.startsWith(logs)).toBe(true);
    seen = logs;
  }
  expect(seen).toBe(text);
  await builder.finish(lease);
  const events = await stream.rest();
  const logs = events.filter((event) => event.name === "log");
  expect(logs.map((event) => event.data.text).join("")).toBe(text);
  for (const { data } of logs) {
    expect(encoder.encode(text.slice(0, text.indexOf(data.text))).length).toBeLessThanOrEqual(
      data.offset,
    );
    expect(data.text).not.toContain("\ufffd");
  }
});

test("a stream opened before the build starts shows all of it live", async () => {
  const builder = await FakeBuilder.start();
  const owner = await newOwner();
  const id = await triggered(owner);
  const stream = await follow(owner, id);
  expect(await stream.next()).toEqual({ name: "status", id: "0", data: { status: "pending" } });
  const { lease } = await builder.take();
  expect(await stream.next()).toEqual({ name: "status", id: "0", data: { status: "building" } });
  await builder.log(lease, 0, "one\n");
  expect(await stream.next()).toEqual({ name: "log", id: "4", data: { offset: 0, text: "one\n" } });
  await builder.log(lease, 4, "two\n");
  expect(await stream.next()).toEqual({ name: "log", id: "8", data: { offset: 4, text: "two\n" } });
  await builder.finish(lease);
  expect(await stream.rest()).toEqual([
    { name: "status", id: "8", data: { status: "completed" } },
    { name: "end", id: "8", data: { status: "completed", error_message: null } },
  ]);
});

test("a stream of a finished build shows the whole log and ends", async () => {
  const { builder, owner, id, lease } = await running();
  await builder.log(lease, 0, "broken\n");
  await builder.fail(lease, false, "No such host.");
  expect(await (await follow(owner, id)).rest()).toEqual([
    { name: "status", id: "0", data: { status: "failed" } },
    { name: "log", id: "7", data: { offset: 0, text: "broken\n" } },
    { name: "end", id: "7", data: { status: "failed", error_message: "No such host." } },
  ]);
});

test("a stream continues from its Last-Event-ID, during the build and after it", async () => {
  const { builder, owner, id, lease } = await running();
  await builder.log(lease, 0, "0123456789");
  const stream = await follow(owner, id, "4");
  expect(await stream.next()).toMatchObject({ name: "status", id: "4" });
  expect(await stream.next()).toMatchObject({ id: "10", data: { offset: 4, text: "456789" } });
  await builder.finish(lease);
  await stream.rest();
  const later = await (await follow(owner, id, "8")).rest();
  expect(later.find((event) => event.name === "log")?.data).toEqual({ offset: 8, text: "89" });
  const past = await (await follow(owner, id, "10")).rest();
  expect(past.map((event) => event.name)).toEqual(["status", "end"]);
  const odd = await (await follow(owner, id, "x; DROP")).rest();
  expect(odd.find((event) => event.name === "log")?.data).toMatchObject({ offset: 0 });
});

test("the stream of a failed build ends with its error message, that of a cancelled build with none", async () => {
  const first = await running();
  const failing = await follow(first.owner, first.id);
  await first.builder.fail(first.lease, false, "Out of luck.");
  expect((await failing.rest()).at(-1)).toMatchObject({
    name: "end",
    data: { status: "failed", error_message: "Out of luck." },
  });
  const second = await running();
  const cancelled = await follow(second.owner, second.id);
  await cancel(second.owner, second.id);
  const events = await cancelled.rest();
  expect(events.at(-1)).toMatchObject({ data: { status: "cancelled", error_message: null } });
  expect(events.find((event) => event.name === "log")?.data.text).toBe("Cancelled.\n");
});

test("HEAD answers like a stream and opens none", async () => {
  const { owner, id } = await running();
  const opened = vi.spyOn(globalThis, "TransformStream");
  const response = await send("HEAD", `/api/v1/builds/${id}/logs`, {
    token: owner.account.key,
    headers: { accept: "text/event-stream" },
  });
  expect([response.status, await response.text()]).toEqual([200, ""]);
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  expect(opened).not.toHaveBeenCalled();
  await (await follow(owner, id)).next();
  expect(opened).toHaveBeenCalledTimes(1);
});

test("a stream that waits makes no requests, and one whose client left stops", async () => {
  const { builder, owner, id, lease } = await running();
  const calls = vi.fn();
  await runInDurableObject(lockOf(owner.app.id), (instance) => {
    const prototype = Object.getPrototypeOf(Object.getPrototypeOf(instance)) as {
      follow: (...args: unknown[]) => Promise<unknown>;
    };
    const { follow: real } = prototype;
    vi.spyOn(prototype, "follow").mockImplementation(function (this: unknown, ...args) {
      calls();
      return real.apply(this, args);
    });
  });
  // Who it is that asks is looked up by each request. What others do in the database meanwhile does not count.
  const keys: string[] = [];
  const open = bindings.DB.withSession.bind(bindings.DB);
  vi.spyOn(bindings.DB, "withSession").mockImplementation((start) => {
    const session = open(start);
    const prepare = session.prepare.bind(session);
    session.prepare = (query) => {
      if (/from "(?:api_keys|builders)"/.test(query)) keys.push(query);
      return prepare(query);
    };
    return session;
  });
  const stream = await follow(owner, id);
  await stream.next();
  await builder.log(lease, 0, "news\n");
  await stream.next();
  // the call that waited ended with the news, and the next one waits; the second request is the builder's
  await untilPasses(() => expect(calls).toHaveBeenCalledTimes(2));
  expect(keys).toHaveLength(2);
  await stream.cancel();
  // the call that is open ends with the next news; no other follows
  for (let offset = 5; offset < 25; offset += 5) await builder.log(lease, offset, "news\n");
  expect(calls.mock.calls.length).toBeLessThanOrEqual(3);
});

test("a stream checks a build that its lock has lost every two seconds, not in a busy loop", async () => {
  const { owner, id } = await running();
  await runInDurableObject(lockOf(owner.app.id), (_instance, state) =>
    state.storage.kv.delete("state"),
  );
  const waits: number[] = [];
  const over = new AbortController();
  const wait = scheduler.wait.bind(scheduler);
  vi.spyOn(scheduler, "wait").mockImplementation(async (ms) => {
    waits.push(ms);
    // a request that waits for no time and no answer is taken for hung
    while (!over.signal.aborted) await wait(10);
  });
  const stream = await follow(owner, id);
  const events = stream.rest();
  await untilPasses(() => expect(waits).toEqual([2000]));
  await cancel(owner, id);
  over.abort();
  expect((await events).at(-1)).toMatchObject({ data: { status: "cancelled" } });
  expect(waits).toEqual([2000]);
  expect(stream.comments).toBe(1);
});
