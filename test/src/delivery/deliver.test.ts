// Providers in trouble while a send is on: every recipient has one final outcome, and retries keep their times.
import { runInDurableObject } from "cloudflare:test";
import { expect, test, vi } from "vitest";
import { HOUR_MS } from "../../../src/kit/time.ts";
import { rows } from "../support/worker.ts";
import { browserOf, newOwner, Send, useWorld } from "./sending.ts";

const world = useWorld();

const ok = () => new Response(null, { status: 201 });
const status = (code: number, headers: Record<string, string> = {}) =>
  new Response(null, { status: code, headers });

test("six sends at once, no more", async () => {
  const send = await Send.create(world, await newOwner(50));
  let [underWay, most] = [0, 0];
  world.answer = async () => {
    underWay += 1;
    most = Math.max(most, underWay);
    await new Promise((resolve) => setTimeout(resolve, 1));
    underWay -= 1;
    return ok();
  };
  await send.finish();
  expect(most).toBe(6);
});

test("a service that answers 500 for a while: only its recipients are tried again, later and later", async () => {
  const send = await Send.create(world, await newOwner(60));
  const tries: number[] = [];
  let failing = 3;
  world.answer = (url) => {
    if (browserOf(url) !== 7) return ok();
    tries.push(Date.now());
    failing -= 1;
    return status(failing >= 0 ? 500 : 201);
  };
  expect(await send.finish()).toMatchObject({ status: "sent", stats: { sent_count: 60 } });
  await send.expectAccounted(60);
  expect(send.repeats()).toBe(3);
  const waits = tries.slice(1).map((at, index) => (at - (tries[index] ?? 0)) / 1000);
  for (const [index, wait] of waits.entries()) {
    const full = 10 * 2 ** index;
    expect(wait).toBeGreaterThanOrEqual(full / 2);
    expect(wait).toBeLessThan(full + 25);
  }
  const [seventh] = (await send.results()).filter(({ attempts }) => attempts > 1);
  expect(seventh).toMatchObject({ status: "sent", attempts: 4, error: null });
});

test("six tries and no more", async () => {
  const send = await Send.create(world, await newOwner(3));
  world.answer = () => status(503);
  const ended = await send.finish();
  expect(ended).toMatchObject({
    status: "failed",
    failure_reason: "no recipient could be reached",
  });
  await send.expectAccounted(3);
  expect([...world.asked.values()]).toEqual([6, 6, 6]);
  const [first] = await send.results();
  expect(first).toMatchObject({ status: "failed", attempts: 6, error: "HTTP 503" });
});

test("a message with a ttl of 0 is tried once", async () => {
  const send = await Send.create(world, await newOwner(3), { send: true, ttl: 0 });
  world.answer = () => status(503);
  await send.finish();
  await send.expectAccounted(3);
  expect([...world.asked.values()]).toEqual([1, 1, 1]);
});

test("nothing is tried again when the ttl is over", async () => {
  const begin = Date.now();
  const send = await Send.create(world, await newOwner(3), { send: true, ttl: 60 });
  const tries: number[] = [];
  world.answer = () => {
    tries.push(Date.now() - begin);
    return status(503);
  };
  await send.finish();
  await send.expectAccounted(3);
  expect(tries.length).toBeGreaterThan(3);
  expect(Math.max(...tries)).toBeLessThan(62_000);
});

test("429 with Retry-After is heeded, up to an hour", async () => {
  const send = await Send.create(world, await newOwner(2));
  const tries: number[] = [];
  world.answer = (url) => {
    if (browserOf(url) === 0) return ok();
    tries.push(Date.now());
    const after = ["120", "86400"][tries.length - 1];
    return after === undefined ? ok() : status(429, { "retry-after": after });
  };
  await send.finish();
  await send.expectAccounted(2);
  const [first = 0, second = 0, third = 0] = tries;
  expect(second - first).toBeGreaterThanOrEqual(120_000);
  expect(second - first).toBeLessThan(180_000);
  expect(third - second).toBeGreaterThanOrEqual(HOUR_MS - 1000);
  expect(third - second).toBeLessThan(HOUR_MS + 60_000);
});

test("a service that hangs or resets costs its recipients a try, and no one else's time", async () => {
  const timeout = AbortSignal.timeout.bind(AbortSignal);
  // ten seconds in a blink
  const waits = vi.spyOn(AbortSignal, "timeout").mockImplementation((ms) => timeout(ms / 500));
  const send = await Send.create(world, await newOwner(20));
  const tried = new Set<number>();
  world.answer = (url) => {
    const browser = browserOf(url);
    if (browser > 5 || tried.has(browser)) return ok();
    tried.add(browser);
    if (browser % 2 === 0) throw new TypeError("Network connection lost.");
    return new Promise(() => undefined);
  };
  expect(await send.finish()).toMatchObject({ status: "sent", stats: { sent_count: 20 } });
  await send.expectAccounted(20);
  expect(send.repeats()).toBe(6);
  expect(waits).toHaveBeenCalledWith(10_000);
});

test("dead tokens are retired; one registered anew since the batch was cut is not", async () => {
  const send = await Send.create(world, await newOwner(10));
  await send.look();
  const [queued] = send.take();
  if (!queued) throw new Error("no batch");
  const [dead, again] = queued.message.recipients.map(({ id }) => id);
  world.pass(5000);
  await rows(
    "UPDATE subscribers SET token = token || '-new', token_since = ? WHERE id = ? RETURNING id",
    Date.now(),
    again,
  );
  world.pass(5000);
  world.answer = (url) => status(browserOf(url) < 2 ? 410 : 201);
  await send.deliver(queued.message);
  await send.finish();
  await send.expectAccounted(10);
  const states = await rows(
    "SELECT id, status FROM subscribers WHERE id IN (?, ?) ORDER BY id",
    dead,
    again,
  );
  expect(states).toEqual([
    { id: dead, status: "inactive" },
    { id: again, status: "active" },
  ]);
  const gone = (await send.results()).filter((result) => result.status === "gone");
  expect(gone.map(({ id }) => id)).toEqual([dead, again]);
});

test("a database that fails when dead tokens are to be retired does not have the batch sent again", async () => {
  const send = await Send.create(world, await newOwner(10));
  await send.look();
  const [queued] = send.take();
  if (!queued) throw new Error("no batch");
  world.answer = (url) => status(browserOf(url) === 3 ? 410 : 201);
  const real = world.ctx;
  world.ctx = () => {
    const ctx = real();
    const update = () => {
      throw new Error("the database fails, as the test wishes");
    };
    return {
      ...ctx,
      db: new Proxy(ctx.db, {
        get: (db, name) => (name === "update" ? update : Reflect.get(db, name)),
      }),
    };
  };
  await send.deliver(queued.message);
  world.ctx = real;
  expect(await send.finish()).toMatchObject({ stats: { sent_count: 9, failed_count: 1 } });
  await send.expectAccounted(10);
  expect(send.repeats()).toBe(0);
});

test("a run that can't be told at once is told again, and nobody is sent to twice", async () => {
  const send = await Send.create(world, await newOwner(10));
  await send.look();
  const [queued] = send.take();
  if (!queued) throw new Error("no batch");
  const real = world.ctx;
  let refusals = 0;
  world.ctx = () => {
    const ctx = real();
    const notificationRun: typeof ctx.notificationRun = (id) => {
      const port = ctx.notificationRun(id);
      return {
        schedule: port.schedule,
        start: port.start,
        cancel: port.cancel,
        erase: port.erase,
        claim: async (...args) => port.claim(...args),
        complete: async (...args) => {
          // the second time, only the answer is lost
          if (refusals++ === 0) throw new Error("the object is being moved");
          await port.complete(...args);
          if (refusals++ === 1) throw new Error("the answer was lost");
        },
      };
    };
    return { ...ctx, notificationRun };
  };
  await send.deliver(queued.message);
  world.ctx = real;
  await send.finish();
  await send.expectAccounted(10);
  expect(refusals).toBeGreaterThanOrEqual(3);
  expect(send.repeats()).toBe(0);
});

test("browsers that subscribed with another key are rejected and the owner is told; all of a batch stop the run", async () => {
  const owner = await newOwner(60);
  const some = await Send.create(world, owner);
  world.answer = (url) => status(browserOf(url) < 3 ? 403 : 201);
  expect(await some.finish()).toMatchObject({ status: "sent", stats: { failed_count: 3 } });
  await some.expectAccounted(60);
  const flagged = "SELECT flag FROM push_credentials WHERE app_id = ?";
  expect(await rows(flagged, owner.app.v1_id)).toEqual([
    { flag: expect.stringContaining("VAPID") },
  ]);
  const active = "SELECT count(*) AS n FROM subscribers WHERE app_id = ? AND status = 'active'";
  expect(await rows(active, owner.app.v1_id)).toEqual([{ n: 60 }]);

  const all = await Send.create(world, owner);
  world.answer = () => status(403);
  const ended = await all.finish();
  expect(ended).toMatchObject({ status: "failed", stats: { sent_count: 0 } });
  expect(ended.failure_reason).toMatch(/^webpush: .*VAPID/);
  await all.expectAccounted(60);
});

test("many rejected for other reasons and one for its key do not stop the run", async () => {
  const send = await Send.create(world, await newOwner(60));
  world.answer = (url) => status(browserOf(url) >= 50 ? 201 : browserOf(url) === 0 ? 403 : 413);
  expect(await send.finish()).toMatchObject({ status: "sent", stats: { sent_count: 10 } });
  await send.expectAccounted(60);
});

test("nothing is left of a run that is over", async () => {
  const send = await Send.create(world, await newOwner(3));
  await send.finish();
  const kept = await runInDurableObject(send.stub, (_, { storage }) => [...storage.kv.list()]);
  expect(kept).toEqual([]);
});
