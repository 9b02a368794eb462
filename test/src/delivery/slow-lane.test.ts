// Hosts that keep messages waiting: their recipients leave for the slow lane, are tried there, and have an end.
import { expect, test } from "vitest";
import { unpackResults } from "../../../src/domain/notifications/results.ts";
import { MINUTE_MS } from "../../../src/kit/time.ts";
import { newPushOwner, type PushOwner } from "../../support/scenario.ts";
import { rows } from "../../support/worker.ts";
import { endBatchesOnce } from "./out-of-time.ts";
import { addBrowsers, newIsolate, Send, useWorld, type Queued } from "./sending.ts";

const world = useWorld();

/** How long a host that hangs is waited for, ms: longer than a prompt one takes, shorter than a batch may begin sends. */
const HANG_MS = 3000;
const KNOWN = "https://updates.push.services.mozilla.com/";

/** Moves every other browser of the app to a host that hangs; answers how many these are. */
async function moveToHanging({ app }: PushOwner, host = "hang.example.com"): Promise<number> {
  const moved = await rows(
    `UPDATE subscribers SET token = ? || app_id || '/' || id WHERE app_id = ? AND id % 2 = 0 RETURNING id`,
    `https://${host}/`,
    app.v1_id,
  );
  return moved.length;
}

/** Lets hosts with this word in their name hang, and others take everything. */
function hang(word: string): void {
  world.answer = async (url) => {
    if (!url.includes(word)) return new Response(null, { status: 201 });
    // The clock is one for all who are asked at once: it moves when the others have answered.
    for (let before = -1; before < world.asked.size;) {
      before = world.asked.size;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    world.pass(HANG_MS);
    throw new TypeError("the connection was lost");
  };
}

const askedOf = (word: string) => [...world.asked.keys()].filter((url) => url.includes(word));

/** Delivers this send's messages, and looks, which puts the next ones into their lane. */
async function deliverAll(send: Send): Promise<Queued[]> {
  for (const { message } of send.take()) await send.deliver(message);
  await send.look();
  return world.queue.filter(({ message }) => message.notificationId === send.id);
}

async function resultsOf(send: Send) {
  const packed = (await send.stub.results(0, null, 1000)) ?? [];
  return packed.flatMap(({ results }) => unpackResults(results));
}

test("one recipient of a host that hangs is waited for, and the others leave for the slow lane untried", async () => {
  const owner = await newPushOwner(50);
  const hanging = await moveToHanging(owner);
  hang("hang");
  const send = await Send.create(world, owner);
  await send.look();
  const queued = await deliverAll(send);
  expect(askedOf("hang")).toHaveLength(1);
  expect(queued.map(({ message }) => message.lane)).toEqual(["slow"]);
  expect(queued[0]?.message.recipients).toHaveLength(hanging - 1);
  const results = await resultsOf(send);
  expect(results.filter(({ status }) => status === "sent")).toHaveLength(50 - hanging);
  const untried = results.filter(({ attempts }) => attempts === 0);
  expect(untried).toHaveLength(hanging - 1);

  world.answer = () => new Response(null, { status: 201 });
  expect(await send.finish()).toMatchObject({ status: "sent", stats: { sent_count: 50 } });
  await send.expectAccounted(50);
});

test("a host that is known to hang is not asked in the ordinary lane again, even once it has answered", async () => {
  const owner = await newPushOwner(50);
  await moveToHanging(owner);
  hang("hang");
  const first = await Send.create(world, owner);
  await first.look();
  await deliverAll(first);
  world.answer = () => new Response(null, { status: 201 });
  await first.finish();
  world.asked.clear();

  const second = await Send.create(world, owner);
  second.isolate = first.isolate;
  await second.look();
  const queued = await deliverAll(second);
  expect(askedOf("hang")).toEqual([]);
  expect(queued.map(({ message }) => message.lane)).toEqual(["slow"]);

  // After a while it is trusted again.
  await second.finish();
  world.pass(6 * MINUTE_MS);
  const third = await Send.create(world, owner);
  third.isolate = first.isolate;
  await third.look();
  expect(await deliverAll(third)).toEqual([]);
  await third.expectAccounted(50);
});

test("while one host hangs, others that have not answered are taken for slow too, but no push service", async () => {
  const owner = await newPushOwner(2);
  await moveToHanging(owner);
  hang("hang");
  const first = await Send.create(world, owner);
  await first.look();
  await deliverAll(first);
  await moveToHanging(owner, "new.example.org");
  await rows(
    "UPDATE subscribers SET token = ? WHERE app_id = ? AND id % 2 = 1",
    `${KNOWN}${owner.app.id}`,
    owner.app.v1_id,
  );
  world.asked.clear();
  const second = await Send.create(world, owner);
  second.isolate = first.isolate;
  await second.look();
  const queued = await deliverAll(second);
  expect(queued.map(({ message }) => message.lane)).toEqual(["slow"]);
  expect([...world.asked.keys()]).toEqual([`${KNOWN}${owner.app.id}`]);
});

test("what one customer's messages met is not held against another's", async () => {
  const [hostile, other] = [await newPushOwner(6), await newPushOwner(6)];
  for (const owner of [hostile, other]) await moveToHanging(owner);
  hang("hang");
  const first = await Send.create(world, hostile);
  await first.look();
  await deliverAll(first);
  world.asked.clear();
  world.answer = () => new Response(null, { status: 201 });
  const second = await Send.create(world, other);
  second.isolate = first.isolate;
  await second.look();
  expect(await deliverAll(second)).toEqual([]);
  await second.expectAccounted(6);
  expect(world.asked.size).toBe(6);
});

test("another isolate is told by the run which hosts are slow", async () => {
  const owner = await newPushOwner(100);
  await moveToHanging(owner);
  hang("hang");
  const send = await Send.create(world, owner);
  await send.look();
  const [one, two] = send.take();
  if (!one || !two) throw new Error("no batches");
  await send.deliver(one.message);
  send.isolate = newIsolate();
  await send.deliver(two.message);
  expect(askedOf("hang")).toHaveLength(1);
  world.answer = () => new Response(null, { status: 201 });
  await send.finish();
  await send.expectAccounted(100);
});

test("when a batch's time is over, the rest goes again in the ordinary lane, with no attempt counted", async () => {
  const owner = await newPushOwner(50);
  await rows(`UPDATE subscribers SET token = ? || id WHERE app_id = ?`, KNOWN, owner.app.v1_id);
  world.answer = () => {
    world.pass(500);
    return new Response(null, { status: 201 });
  };
  const send = await Send.create(world, owner);
  await send.look();
  for (const { message } of send.take()) await send.deliver(message);
  const rest = send.take();
  expect(rest.map(({ message }) => message.lane)).toEqual(["ordinary"]);
  const tried = world.asked.size;
  expect(tried).toBeGreaterThanOrEqual(10);
  expect(tried).toBeLessThanOrEqual(16);
  expect(rest[0]?.message.recipients).toHaveLength(50 - tried);
  for (const { message } of rest) await send.deliver(message);
  await send.finish();
  await send.expectAccounted(50);
  for (const { attempts } of await send.results()) expect(attempts).toBe(1);
  expect(send.repeats()).toBe(0);
});

test("a send is not waited for beyond its batch's time, and counts as an attempt", async () => {
  const owner = await newPushOwner(2);
  const send = await Send.create(world, owner);
  await send.look();
  world.answer = async (url) =>
    url.endsWith("/0") ? new Promise(() => undefined) : new Response(null, { status: 201 });
  const restore = endBatchesOnce(world, { asked: 1, noted: 0 });
  for (const { message } of send.take()) await send.deliver(message);
  restore();
  const [late] = await resultsOf(send);
  expect(late).toMatchObject({ status: "pending", attempts: 1, error: "timeout" });
  world.answer = () => new Response(null, { status: 201 });
  await send.finish();
  await send.expectAccounted(2);
});

test("an account has three batches in the slow lane at a time, and what is not tried in 15 minutes has failed", async () => {
  const owner = await newPushOwner(0);
  await addBrowsers(owner, 500);
  await rows(
    `UPDATE subscribers SET p256dh = ?, auth = ? WHERE app_id = ?`,
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    "BTBZMqHH6r4Tts7J_aSIgg",
    owner.app.v1_id,
  );
  hang("push.example.com");
  const send = await Send.create(world, owner);
  await send.look();
  const held = await deliverAll(send);
  expect(held.map(({ message }) => message.lane)).toEqual(["slow", "slow", "slow"]);
  const before = world.asked.size;
  // Nobody consumes the slow queue.
  for (let minute = 0; minute < 20; minute += 1) {
    world.pass(MINUTE_MS);
    await send.look();
  }
  expect(await send.finish()).toMatchObject({ status: "failed" });
  await send.expectAccounted(500);
  expect(world.asked.size).toBe(before);
  const errors = (await send.results()).map(({ error, attempts }) => `${attempts} ${error}`);
  expect(new Set(errors)).toEqual(new Set(["0 not tried in time", "1 network error"]));
});

test("a cancelled run ends its recipients in the slow lane too", async () => {
  const owner = await newPushOwner(50);
  const hanging = await moveToHanging(owner);
  hang("hang");
  const send = await Send.create(world, owner);
  await send.look();
  await deliverAll(send);
  expect(await send.cancel()).toBe(200);
  world.asked.clear();
  await send.finish();
  await send.expectAccounted(50);
  expect(world.asked.size).toBe(0);
  const failed = (await send.results()).filter(({ status }) => status === "failed");
  expect(failed).toHaveLength(hanging);
});

test("a message with a TTL of 0 to a slow host has its one attempt in the slow lane", async () => {
  const owner = await newPushOwner(2);
  await moveToHanging(owner);
  hang("hang");
  const first = await Send.create(world, owner);
  await first.look();
  await deliverAll(first);
  world.asked.clear();
  world.answer = () => new Response(null, { status: 201 });
  const second = await Send.create(world, owner, { send: true, ttl: 0 });
  second.isolate = first.isolate;
  await second.look();
  await deliverAll(second);
  expect(askedOf("hang")).toEqual([]);
  expect(await second.finish()).toMatchObject({ status: "sent", stats: { sent_count: 2 } });
  await second.expectAccounted(2);
});

test("an object that loses its memory forgets no batch of the slow lane, and sends none twice", async () => {
  const owner = await newPushOwner(200);
  await moveToHanging(owner);
  hang("hang");
  const send = await Send.create(world, owner);
  await send.look();
  const out = await deliverAll(send);
  await send.evict();
  await send.look();
  // What is in the slow queue is not put there again.
  expect(world.queue).toEqual(out);
  world.answer = () => new Response(null, { status: 201 });
  await send.finish();
  await send.expectAccounted(200);
  const counts = [...world.asked].filter(([url]) => url.includes("hang"));
  expect(counts.filter(([, count]) => count > 1)).toHaveLength(1);
});

test("the batches that an account's sends have out at once are bounded, and another's are its own", async () => {
  const [owner, other] = [await newPushOwner(0), await newPushOwner(0)];
  await addBrowsers(owner, 8000);
  await addBrowsers(other, 3000);
  const sends = [await Send.create(world, owner), await Send.create(world, owner)];
  for (const send of sends) await send.look();
  expect(world.queue.length).toBeGreaterThanOrEqual(100);
  expect(world.queue.length).toBeLessThan(120);
  const before = world.queue.length;
  const third = await Send.create(world, other);
  await third.look();
  expect(world.queue.length - before).toBe(60);
});
