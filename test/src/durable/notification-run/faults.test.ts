// What happens to a run while one of its steps is under way: calls that fail before or after they worked,
// cancellations, deletions, and calls that come between two halves of a step.
import type { Finding } from "../../../../src/domain/ports/notifications.ts";
import { runInDurableObject } from "cloudflare:test";
import { expect, test, vi } from "vitest";
import { api, rows } from "../../../support/worker.ts";
import { PUSH } from "../../../support/push.ts";
import { watchDatabase } from "../../delivery/database.ts";
import { addBrowsers, Send, useWorld } from "../../delivery/sending.ts";
import { newPushOwner } from "../../../support/scenario.ts";

const world = useWorld();

const WHEN = ["before", "after"] as const;

test.each(Array.from({ length: 12 }, (_, nth) => WHEN.map((when) => [nth, when] as const)).flat())(
  "a failure of the object's statement %i %s it worked only delays the send",
  async (nth, when) => {
    const send = await Send.create(world, await newPushOwner(60));
    let answers = 0;
    world.answer = () => new Response(null, { status: (answers += 1) <= 2 ? 500 : 201 });
    let statements = 0;
    watchDatabase(world, async (_query, run) => {
      const isBroken = statements++ === nth;
      if (isBroken && when === "before") throw new Error("the database fails, as the test wishes");
      const result = await run();
      if (isBroken) throw new Error("the answer is lost, as the test wishes");
      return result;
    });
    expect(await send.finish()).toMatchObject({ status: "sent", stats: { sent_count: 60 } });
    await send.expectAccounted(60);
    expect(statements).toBeGreaterThan(nth);
    expect(send.repeats()).toBe(2);
  },
);

test.each([0, 1])("nobody is lost when the queue refuses call %i", async (nth) => {
  const send = await Send.create(world, await newPushOwner(60));
  let calls = 0;
  let isFirst = true;
  world.answer = () => {
    const status = isFirst ? 500 : 201;
    isFirst = false;
    return new Response(null, { status });
  };
  world.context = (ctx) => ({
    ...ctx,
    enqueueBatches: async (messages, delay) => {
      if (calls++ === nth) throw new Error("overloaded");
      return ctx.enqueueBatches(messages, delay);
    },
  });
  await send.finish();
  await send.expectAccounted(60);
  expect(calls).toBeGreaterThan(nth);
});

test("a run whose account's share is out of reach goes on by itself", async () => {
  const send = await Send.create(world, await newPushOwner(60));
  const ask = vi.fn(async () => Promise.reject(new Error("the object is being moved")));
  world.context = (ctx) => ({ ...ctx, sendingShare: () => ({ ask }) });
  expect(await send.finish()).toMatchObject({ status: "sent", stats: { sent_count: 60 } });
  await send.expectAccounted(60);
  expect(ask).toHaveBeenCalled();
});

test("what is reported while a run that lost its memory reads which results are written is written too", async () => {
  const send = await Send.create(world, await newPushOwner(260));
  await send.look();
  const queued = send.take().map(({ message }) => message);
  const last = queued.find(({ batch }) => batch === 5);
  const [first, ...others] = queued.filter(({ batch }) => batch !== 5);
  if (!first || !last) throw new Error("no batches");
  await send.report(first);
  await send.evict();
  let isReported = false;
  watchDatabase(world, async (query, run) => {
    const found = await run();
    if (!isReported && /select .* from "batch_results"/.test(query)) {
      isReported = true;
      await send.report(last);
    }
    return found;
  });
  await send.look();
  expect(isReported).toBe(true);
  for (const message of others) await send.report(message);
  await send.finish();
  await send.expectAccounted(260);
});

test("a cancelled run counts the batch that is being sent, and sends no other", async () => {
  const send = await Send.create(world, await newPushOwner(230));
  await send.look();
  const [done, atWork, ...waiting] = send.take();
  if (!done || !atWork) throw new Error("no batches");
  await send.deliver(done.message);
  await send.claim(atWork.message.batch, 1);
  expect(await send.cancel()).toBe(200);
  await send.look();
  for (const { message } of waiting) await send.deliver(message);
  expect(world.asked.size).toBe(50);
  // it waits for the one at work
  const outcomes = atWork.message.recipients.map(({ id }) => ({ id, status: "sent" as const }));
  await send.stub.complete(atWork.message.batch, 1, outcomes, [], []);
  expect(await send.finish()).toMatchObject({ status: "cancelled", stats: { sent_count: 100 } });
  await send.expectAccounted(230);
});

test("a run cancelled while it reads a page sends none of it", async () => {
  const send = await Send.create(world, await newPushOwner(60));
  let cancelled: number | undefined;
  watchDatabase(world, async (query, run) => {
    const page = await run();
    if (/from "subscribers".* limit /s.test(query)) cancelled ??= await send.cancel();
    return page;
  });
  await send.look();
  expect(cancelled).toBe(200);
  expect(send.take()).toEqual([]);
  expect(await send.finish()).toMatchObject({
    status: "cancelled",
    stats: { total_count: 60, sent_count: 0, failed_count: 60 },
  });
  await send.expectAccounted(60);
  expect(world.asked.size).toBe(0);
});

test("a run cancelled while it queues a page reaches nobody", async () => {
  const send = await Send.create(world, await newPushOwner(60));
  let cancelled: number | undefined;
  world.context = (ctx) => ({
    ...ctx,
    enqueueBatches: async (messages, delay) => {
      cancelled ??= await send.cancel();
      return ctx.enqueueBatches(messages, delay);
    },
  });
  await send.look();
  expect(cancelled).toBe(200);
  expect(await send.finish()).toMatchObject({ status: "cancelled", stats: { sent_count: 0 } });
  await send.expectAccounted(60);
  expect(world.asked.size).toBe(0);
});

test("once a provider refuses the credential, nobody else of its recipients is asked, and each has that reason", async () => {
  const owner = await newPushOwner(0);
  await addBrowsers(owner, 25_000);
  const send = await Send.create(world, owner);
  while (world.queue.length < 100) await send.look();
  const [first, second, ...queued] = send.take();
  if (!first || !second) throw new Error("no batches");
  await send.report(first.message);
  const { batch, attempt, recipients } = second.message;
  await send.claim(batch, attempt);
  const [{ version }] = await rows(
    "SELECT version FROM push_credentials WHERE app_id = ?",
    owner.app.v1_id,
  );
  const refusal = "the key was revoked";
  const failed = { status: "failed", error: refusal, reason: "credential" } as const;
  const outcomes = recipients.map(({ id }) => ({ id, ...failed }));
  const finding: Finding = {
    provider: "webpush",
    version,
    takenBy: [],
    asked: 50,
    advice: null,
    retiring: [],
    doubtedBy: [],
    refusal,
    failure: null,
  };
  await send.stub.complete(batch, attempt, outcomes, [finding], []);
  for (const { message } of queued) await send.deliver(message);
  expect(await send.finish()).toMatchObject({
    status: "sent",
    failure_reason: "webpush: the key was revoked",
    stats: { sent_count: 50 },
  });
  expect(world.asked.size).toBe(0);
  await send.expectAccounted(25_000);
  const errors = (await send.results()).map(({ error }) => error);
  expect(errors.filter((error) => error === refusal)).toHaveLength(24_950);
});

test("a run notices a cancellation that did not reach it before it sends more", async () => {
  const send = await Send.create(world, await newPushOwner(60));
  await rows("UPDATE notifications SET status = 'cancelled' WHERE id = ? RETURNING id", send.id);
  await send.look();
  expect(send.take()).toEqual([]);
  expect(await send.look()).toBe(false);
  expect((await send.get()).status).toBe("cancelled");
});

test("deleting the app during a send ends the run, and late reports write nothing", async () => {
  const owner = await newPushOwner(60);
  const send = await Send.create(world, owner);
  await send.look();
  const [first, second] = send.take();
  if (!first || !second) throw new Error("no batches");
  await send.claim(first.message.batch, 1);
  const gone = await api("DELETE", `${PUSH}/apps/${owner.app.id}`, { token: owner.account.key });
  expect(gone.status).toBeLessThan(300);
  await send.stub.complete(first.message.batch, 1, [], [], []);
  await send.deliver(second.message);
  expect(await send.look()).toBe(false);
  expect(await rows("SELECT 1 FROM batch_results WHERE id >= ?", send.id * 1_000_000)).toEqual([]);
});

test("deleting the app of a cancelled run makes the last batch's report write nothing", async () => {
  const owner = await newPushOwner(60);
  const send = await Send.create(world, owner);
  await send.look();
  const [first] = send.take();
  if (!first) throw new Error("no batch");
  await send.claim(first.message.batch, 1);
  expect(await send.cancel()).toBe(200);
  const gone = await api("DELETE", `${PUSH}/apps/${owner.app.id}`, { token: owner.account.key });
  expect(gone.status).toBeLessThan(300);
  const outcomes = first.message.recipients.map(({ id }) => ({ id, status: "sent" as const }));
  await send.stub.complete(first.message.batch, 1, outcomes, [], []);
  while (await send.look());
  expect(await rows("SELECT 1 FROM batch_results WHERE id >= ?", send.id * 1_000_000)).toEqual([]);
});

test("results of a deleted notification are not written", async () => {
  const send = await Send.create(world, await newPushOwner(60));
  await send.look();
  const [first] = send.take();
  if (!first) throw new Error("no batch");
  await send.report(first.message);
  // gone without its run being told
  await rows("DELETE FROM notifications WHERE id = ? RETURNING id", send.id);
  for (let looks = 0; looks < 20 && (await send.look()); looks += 1) world.pass(160_000);
  expect(await send.look()).toBe(false);
  expect(await rows("SELECT 1 FROM batch_results WHERE id >= ?", send.id * 1_000_000)).toEqual([]);
});

test.each(["page", "retry"])(
  "a run cleared while it enqueues a %s stays cleared, and nothing fails",
  async (when) => {
    const send = await Send.create(world, await newPushOwner(60));
    world.answer = () => new Response(null, { status: when === "retry" ? 500 : 201 });
    let calls = 0;
    world.context = (ctx) => ({
      ...ctx,
      enqueueBatches: async (messages, delay) => {
        if (++calls === (when === "page" ? 1 : 2)) await send.stub.clear();
        return ctx.enqueueBatches(messages, delay);
      },
    });
    await send.look();
    for (const { message } of send.take()) await send.deliver(message);
    expect(await send.look()).toBe(false);
    const kept = await runInDurableObject(send.stub, (_, state) => [...state.storage.kv.list()]);
    expect(kept).toEqual([]);
  },
);

test("a start that comes after the end sends nothing again", async () => {
  const send = await Send.create(world, await newPushOwner(60));
  await send.finish();
  await send.stub.start(send.id);
  await send.look();
  expect(send.take()).toEqual([]);
  expect(await send.look()).toBe(false);
  expect((await send.expectAccounted(60)).status).toBe("sent");
});

test("a start during a send sends nothing twice", async () => {
  const send = await Send.create(world, await newPushOwner(120));
  await send.look();
  await Promise.all([send.stub.start(send.id), send.look(), send.stub.start(send.id)]);
  await send.finish();
  await send.expectAccounted(120);
  expect(send.repeats()).toBe(0);
});

test("subscribers who leave during a send are recorded as gone", async () => {
  const owner = await newPushOwner(60);
  const send = await Send.create(world, owner);
  await send.look();
  // both batches are lost, and found again; meanwhile one deletes itself and one unsubscribes
  const [first] = send.take();
  const [deleted, unsubscribed] = first?.message.recipients.map(({ id }) => id) ?? [];
  await rows("DELETE FROM subscribers WHERE id = ? RETURNING id", deleted);
  await rows(
    "UPDATE subscribers SET status = 'unsubscribed' WHERE id = ? RETURNING id",
    unsubscribed,
  );
  expect(await send.finish()).toMatchObject({ stats: { sent_count: 58, failed_count: 2 } });
  await send.expectAccounted(60);
  const gone = (await send.results()).filter(({ status }) => status === "gone");
  expect(gone.map(({ id, error }) => [id, error])).toEqual([
    [deleted, "unsubscribed"],
    [unsubscribed, "unsubscribed"],
  ]);
});

test("a subscriber deleted between the count and the page is not in the total", async () => {
  const send = await Send.create(world, await newPushOwner(60));
  const remove = `DELETE FROM subscribers WHERE id = (SELECT max(id) FROM subscribers WHERE app_id = ?)
    RETURNING id`;
  let isThere = true;
  watchDatabase(world, async (query, run) => {
    if (isThere && /from "subscribers".* limit /s.test(query)) {
      isThere = false;
      await rows(remove, send.owner.app.v1_id);
    }
    return run();
  });
  expect(await send.finish()).toMatchObject({ status: "sent" });
  expect(isThere).toBe(false);
  await send.expectAccounted(59);
});

test("a batch fails when all its recipients are deleted before the retry", async () => {
  const send = await Send.create(world, await newPushOwner(3));
  world.answer = () => new Response(null, { status: 500 });
  await send.look();
  for (const { message } of send.take()) await send.deliver(message);
  send.take();
  await rows("DELETE FROM subscribers WHERE app_id = ? RETURNING id", send.owner.app.v1_id);
  expect(await send.finish()).toMatchObject({ status: "failed", stats: { failed_count: 3 } });
  await send.expectAccounted(3);
});

test("a batch reported while its loss is being repaired is not sent again", async () => {
  const send = await Send.create(world, await newPushOwner(50));
  await send.look();
  const [queued] = send.take();
  if (!queued) throw new Error("no batch");
  let isRepairing = false;
  watchDatabase(world, async (query, run) => {
    if (isRepairing && /from "subscribers"/.test(query)) {
      isRepairing = false;
      await send.deliver(queued.message);
    }
    return run();
  });
  let answers = 0;
  world.answer = () => new Response(null, { status: (answers += 1) <= 5 ? 500 : 201 });
  world.pass(21_000);
  isRepairing = true;
  await send.look();
  expect(isRepairing).toBe(false);
  const left = send.take();
  // only what the report left over
  expect(left.map(({ message }) => [message.attempt, message.recipients.length])).toEqual([[2, 5]]);
  world.queue.push(...left);
  await send.finish();
  await send.expectAccounted(50);
  expect(send.repeats()).toBe(5);
});
