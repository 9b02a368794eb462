// A send whose queue messages are doubled, reordered and lost, and whose object loses its memory between any two
// steps: each recipient gets one final outcome, the counters add up, and nobody is sent it twice without need.
import { runInDurableObject } from "cloudflare:test";
import fc from "fast-check";
import { expect, test } from "vitest";
import { addBrowsers, Send, useWorld } from "../../delivery/sending.ts";
import { propertyRuns } from "../../../support/property-runs.ts";
import { rows } from "../../../support/worker.ts";
import { newPushOwner } from "../../../support/scenario.ts";

const world = useWorld();

test("every recipient gets the notification once", async () => {
  const send = await Send.create(world, await newPushOwner(230));
  expect(await send.finish()).toMatchObject({ status: "sent", failure_reason: null });
  await send.expectAccounted(230);
  expect(world.asked.size).toBe(230);
  expect(send.repeats()).toBe(0);
});

test("a run keeps the size of batches that it began with, whatever is configured meanwhile", async () => {
  const owner = await newPushOwner(0);
  await addBrowsers(owner, 2100);
  const send = await Send.create(world, owner);
  world.context = (ctx) => ({ ...ctx, batchSize: 20 });
  const sizes: number[] = [];
  const reportAll = async () => {
    for (const { message } of send.take()) {
      sizes.push(message.recipients.length);
      await send.report(message);
    }
  };
  await send.look();
  await reportAll();
  // All that the account may have out at once, so that something is left to be cut.
  expect(sizes).toHaveLength(100);
  world.context = (ctx) => ctx;
  await send.evict();
  for (let rounds = 0; rounds < 20 && sizes.length < 105; rounds += 1) {
    world.pass(21_000);
    await send.look();
    await reportAll();
  }
  expect(new Set(sizes)).toEqual(new Set([20]));
  expect(await send.finish()).toMatchObject({ status: "sent" });
  await send.expectAccounted(2100, 20);
});

test("a notification without recipients ends as sent", async () => {
  const send = await Send.create(world, await newPushOwner(0));
  expect(await send.finish()).toMatchObject({ status: "sent", stats: { total_count: 0 } });
  await send.expectAccounted(0);
});

test("nobody gets it twice when messages are repeated in any order and objects are evicted", async () => {
  const owner = await newPushOwner(230);
  const copies = fc.constantFrom(1, 2, 3);
  const order = fc.tuple(copies, copies, copies, copies, copies).chain((counts) => {
    const all = counts.flatMap((count, batch) => Array.from({ length: count }, () => batch));
    return fc.shuffledSubarray(all, { minLength: all.length });
  });
  const evictions = fc.array(fc.boolean(), { minLength: 15, maxLength: 15 });
  await fc.assert(
    fc.asyncProperty(order, evictions, async (batches, evicted) => {
      world.asked.clear();
      const send = await Send.create(world, owner);
      await send.look();
      const queued = send.take();
      expect(queued).toHaveLength(5);
      for (const [at, batch] of batches.entries()) {
        if (evicted[at]) await send.evict();
        const found = queued[batch];
        if (found) await send.deliver(found.message);
      }
      await send.finish();
      await send.expectAccounted(230);
      expect(send.repeats()).toBe(0);
    }),
    { numRuns: propertyRuns(12) },
  );
});

test("a message that comes three times at once is sent once", async () => {
  const send = await Send.create(world, await newPushOwner(50));
  await send.look();
  const [queued] = send.take();
  if (!queued) throw new Error("nothing was queued");
  await Promise.all([1, 2, 3].map(() => send.deliver(queued.message)));
  await send.finish();
  await send.expectAccounted(50);
  expect(send.repeats()).toBe(0);
});

test.each(["first", "last", "every"])("the alarm sends lost messages again (%s)", async (which) => {
  const send = await Send.create(world, await newPushOwner(230));
  await send.look();
  const queued = send.take();
  const isLost = (at: number) =>
    which === "every" || at === (which === "first" ? 0 : queued.length - 1);
  world.queue.push(...queued.filter((_, at) => !isLost(at)));
  expect(await send.finish()).toMatchObject({ status: "sent" });
  await send.expectAccounted(230);
  expect(send.repeats()).toBe(0);
});

test("no message is taken for lost while others of the run are being reported", async () => {
  const send = await Send.create(world, await newPushOwner(230));
  await send.look();
  const [first, ...others] = send.take();
  for (const { message } of others.slice(0, 2)) {
    world.pass(15_000);
    await send.deliver(message);
    await send.look();
    expect(send.take()).toEqual([]);
  }
  world.pass(21_000);
  await send.look();
  const again = send.take().map(({ message }) => message.batch);
  expect(again).toEqual([0, 3, 4]);
  // those that were only slow find theirs done, or claim it before the others do
  world.queue.push(...(first ? [first] : []), ...others);
  await send.finish();
  await send.expectAccounted(230);
});

test("a lost message is sent again although the idle object loses its memory", async () => {
  const send = await Send.create(world, await newPushOwner(60));
  await send.look();
  send.take();
  const begin = Date.now();
  while (world.queue.length === 0) {
    const at = await runInDurableObject(send.stub, (_, state) => state.storage.getAlarm());
    const wait = Math.max(0, (at ?? 0) - Date.now());
    if (wait >= 10_000) await send.evict();
    world.pass(wait);
    expect(await send.look()).toBe(true);
    expect(Date.now() - begin).toBeLessThan(60_000);
  }
  await send.finish();
  await send.expectAccounted(60);
});

test("a retry whose message is lost is sent again, but not before its time", async () => {
  const send = await Send.create(world, await newPushOwner(3));
  world.answer = () => new Response(null, { status: 429, headers: { "retry-after": "600" } });
  await send.look();
  for (const { message } of send.take()) await send.deliver(message);
  const [lost] = send.take();
  expect(lost?.message).toMatchObject({ attempt: 2, batch: 0 });
  expect(lost?.dueAt).toBeGreaterThan(Date.now() + 590_000);
  world.answer = () => new Response(null, { status: 201 });
  world.pass(590_000);
  await send.look();
  expect(send.take()).toEqual([]);
  world.pass(40_000);
  await send.look();
  const [found] = send.take();
  expect(found?.message).toMatchObject({ attempt: 2, batch: 0 });
  if (found) await send.deliver(found.message);
  // and the lost one comes after all
  if (lost) await send.deliver(lost.message);
  await send.finish();
  await send.expectAccounted(3);
  expect(send.repeats()).toBe(3);
});

test("a run that waits for a retry wakes every three to five minutes", async () => {
  const owner = await newPushOwner(3);
  await rows(
    "UPDATE subscribers SET token = 'https://fcm.googleapis.com/wp/' || id WHERE app_id = ?",
    owner.app.v1_id,
  );
  const send = await Send.create(world, owner);
  world.answer = () => new Response(null, { status: 503, headers: { "retry-after": "3600" } });
  await send.look();
  for (const { message } of send.take()) await send.deliver(message);
  await send.look();
  const gaps: number[] = [];
  for (let looks = 0; looks < 5; looks += 1) {
    const at = await runInDurableObject(send.stub, (_, state) => state.storage.getAlarm());
    const gap = (at ?? 0) - Date.now();
    gaps.push(gap);
    world.pass(gap);
    await send.look();
  }
  expect(Math.min(...gaps.slice(1))).toBeGreaterThan(200_000);
  // but it is heard of: the cron starts again what is silent for five minutes
  expect(Math.max(...gaps)).toBeLessThan(300_000);
});

test("every recipient is accounted for when objects are evicted after every step", async () => {
  const send = await Send.create(world, await newPushOwner(120));
  let answers = 0;
  world.answer = () => new Response(null, { status: (answers += 1) % 7 === 0 ? 500 : 201 });
  for (let round = 0; round < 60; round += 1) {
    await send.evict();
    if (!(await send.look()) && world.queue.length === 0) break;
    for (const { message, dueAt } of send.take()) {
      world.pass(Math.max(0, dueAt - Date.now()));
      await send.evict();
      await send.deliver(message);
    }
  }
  await send.expectAccounted(120);
  const asked = [...world.asked.values()].reduce((sum, count) => sum + count, 0);
  expect(asked).toBe(answers);
  expect(answers - 120).toBe(send.repeats());
});

test("an object evicted while a batch is being sent takes the batch's report", async () => {
  const send = await Send.create(world, await newPushOwner(60));
  await send.look();
  const [first, second] = send.take();
  if (!first || !second) throw new Error("two batches were expected");
  const { batch, attempt, recipients } = first.message;
  await send.claim(batch, attempt);
  await send.move();
  const outcomes = recipients.map(({ id }) => ({ id, status: "sent" as const }));
  await send.stub.complete(batch, attempt, outcomes, [], []);
  await send.stub.complete(batch, attempt, outcomes, [], []);
  await send.deliver(second.message);
  await send.finish();
  await send.expectAccounted(60);
});

test("reports that come twice or late count once, and their retries go out once", async () => {
  const send = await Send.create(world, await newPushOwner(3));
  await send.look();
  const [queued] = send.take();
  const [a, b, c] = queued?.message.recipients.map(({ id }) => id) ?? [];
  if (a === undefined || b === undefined || c === undefined) throw new Error("no batch");
  const retry = { status: "retry", error: "busy", reason: "unavailable", afterMs: 1000 } as const;
  const first = [{ id: a, status: "sent" } as const, { id: b, ...retry }, { id: c, ...retry }];
  await send.claim(0, 1);
  await Promise.all([1, 2].map(async () => send.stub.complete(0, 1, first, [], [])));
  const again = send.take();
  expect(again.map(({ message }) => message.recipients.map(({ id }) => id))).toEqual([[b, c]]);
  expect(await send.claim(0, 1)).toBeNull();
  expect(await send.claim(0, 2)).toMatchObject({ refusals: {}, slow: [] });
  const late = [a, b, c].map(
    (id) => ({ id, status: "failed", error: "late", reason: "rejected" }) as const,
  );
  await send.stub.complete(0, 1, late, [], []);
  const second = [b, c].map((id) => ({ id, status: "sent" }) as const);
  await send.stub.complete(0, 2, second, [], []);
  await send.stub.complete(0, 2, late, [], []);
  await send.finish();
  await send.expectAccounted(3);
  const attempts = (await send.results()).map(({ id, status, attempts: n }) => [id, status, n]);
  expect(attempts).toEqual([
    [a, "sent", 1],
    [b, "sent", 2],
    [c, "sent", 2],
  ]);
});

test("a batch that nobody reports on uses up one attempt each time, and fails after six", async () => {
  const send = await Send.create(world, await newPushOwner(3));
  await send.look();
  const attempts: number[] = [];
  const begin = Date.now();
  for (let looks = 0; looks < 400 && (await send.look()); looks += 1) {
    for (const { message } of send.take()) {
      attempts.push(message.attempt);
      expect(await send.claim(message.batch, message.attempt)).not.toBeNull();
      // the queue brings it again, to somebody who can't know what became of the first
      world.pass(160_000);
      expect(await send.claim(message.batch, message.attempt)).toBeNull();
    }
    world.pass(8000);
  }
  expect(attempts).toEqual([1, 2, 3, 4, 5, 6]);
  expect(Date.now() - begin).toBeLessThan(30 * 60_000);
  const ended = await send.expectAccounted(3);
  expect(ended.status).toBe("failed");
  expect(await send.results()).toMatchObject(
    Array.from({ length: 3 }, () => ({ attempts: 6, error: "no report" })),
  );
});

test("a batch that nobody takes is sent again less and less often, and expires after its TTL", async () => {
  const send = await Send.create(world, await newPushOwner(500), { send: true, ttl: 600 });
  await send.look();
  const begin = Date.now();
  const sent: number[] = [];
  for (let looks = 0; looks < 400 && (await send.look()); looks += 1) {
    sent.push(...send.take().map(() => Date.now() - begin));
    world.pass(8000);
  }
  expect(sent.filter((at) => at <= 300_000).length).toBeLessThanOrEqual(50);
  expect(Date.now() - begin).toBeLessThan(600_000 + 30 * 60_000);
  expect((await send.expectAccounted(500)).status).toBe("failed");
  expect(new Set((await send.results()).map(({ error }) => error))).toEqual(new Set(["expired"]));
});

test("a run that repeated a message in vain waits longer before it repeats the next", async () => {
  const send = await Send.create(world, await newPushOwner(1));
  await send.look();
  const [first] = send.take();
  world.pass(21_000);
  await send.look();
  const [repeated] = send.take();
  expect(repeated?.message).toEqual(first?.message);
  if (!first || !repeated) throw new Error("no message");
  // The queue was only slow.
  world.answer = () => new Response(null, { status: 503 });
  await send.deliver(first.message);
  const [second] = send.take();
  await send.deliver(repeated.message);
  world.pass(35_000);
  await send.look();
  expect(send.take()).toEqual([]);
  world.pass(10_000);
  await send.look();
  expect(send.take().map(({ message }) => message)).toEqual([second?.message]);
});

test("a report on a batch that does not exist is ignored", async () => {
  const send = await Send.create(world, await newPushOwner(60));
  await send.look();
  const outcomes = [{ id: 1, status: "sent" as const }];
  await send.stub.complete(7, 1, outcomes, [], []);
  await send.finish();
  await send.expectAccounted(60);
});
