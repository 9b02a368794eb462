// The builder pool: long polls, the order in which builders are served, and builders that hang up.
import { expect, test, vi } from "vitest";
import { runInDurableObject } from "cloudflare:test";
import { LEASE_MS } from "../../../src/protocol/builder.ts";
import {
  cancel,
  getBuild,
  pool,
  runAlarm,
  trigger,
  triggered,
  useTestClock,
} from "../../support/builds.ts";
import { admin } from "../../support/worker.ts";
import { FakeBuilder } from "../../support/fake-builder.ts";
import { breakOnce } from "./faults.ts";
import { newOwner } from "../../support/scenario.ts";

const clock = useTestClock();

/** Waits until the pool has `count` builders waiting: each is noted when it begins to. */
async function waiting(count: number): Promise<void> {
  await expect
    .poll(() =>
      runInDurableObject(
        pool(),
        (_instance, state) => state.storage.sql.exec("SELECT id FROM builders").toArray().length,
      ),
    )
    .toBe(count);
}

test("a trigger wakes a waiting builder", async () => {
  const builder = await FakeBuilder.register();
  const offer = builder.lease(20_000);
  await waiting(1);
  const started = performance.now();
  const id = await triggered(await newOwner());
  expect((await offer)?.build_id).toBe(id);
  expect(performance.now() - started).toBeLessThan(5_000);
});

test("a long poll that finds nothing ends with 204 when its time is over", async () => {
  const builder = await FakeBuilder.register();
  const started = Date.now();
  expect((await builder.ask(300)).status).toBe(204);
  expect(Date.now() - started).toBeGreaterThanOrEqual(290);
});

test("waiting builders are served in the order in which they came", async () => {
  const builders = [
    await FakeBuilder.register(),
    await FakeBuilder.register(),
    await FakeBuilder.register(),
  ];
  const offers: Promise<number | undefined>[] = [];
  for (const [index, builder] of builders.entries()) {
    offers.push(builder.lease(20_000).then((lease) => lease?.build_id));
    await waiting(index + 1);
  }
  const ids: number[] = [];
  for (let n = 0; n < 3; n += 1) ids.push(await triggered(await newOwner()));
  expect(await Promise.all(offers)).toEqual(ids);
});

test("each of many simultaneous builds goes to one of many waiting builders", async () => {
  const builders = await Promise.all(Array.from({ length: 8 }, () => FakeBuilder.register()));
  const offers = builders.map((builder) => builder.lease(10_000));
  await waiting(8);
  const owners = await Promise.all(Array.from({ length: 8 }, () => newOwner()));
  const ids = await Promise.all(owners.map((owner) => triggered(owner)));
  const offered = (await Promise.all(offers)).map((lease) => lease?.build_id ?? 0);
  expect(offered.toSorted((a, b) => a - b)).toEqual(ids.toSorted((a, b) => a - b));
});

test("a builder that hung up is not offered the next build", async () => {
  const [gone, next] = [await FakeBuilder.register(), await FakeBuilder.register()];
  const hangUp = new AbortController();
  const cut = gone.ask(20_000, [], hangUp.signal).catch((error: unknown) => error);
  await waiting(1);
  const offer = next.lease(20_000);
  await waiting(2);
  const left = vi.fn();
  await runInDurableObject(pool(), (instance) => {
    const prototype = Object.getPrototypeOf(Object.getPrototypeOf(instance)) as {
      leave: (id: string) => Promise<void>;
    };
    const { leave } = prototype;
    vi.spyOn(prototype, "leave").mockImplementation(async function (this: unknown, id) {
      await leave.call(this, id);
      left();
    });
  });
  hangUp.abort();
  expect(await cut).toBeInstanceOf(Error);
  await expect.poll(() => left.mock.calls.length).toBe(1);
  const id = await triggered(await newOwner());
  const started = performance.now();
  expect((await offer)?.build_id).toBe(id);
  // an offer to nobody would take ten seconds to come back
  expect(performance.now() - started).toBeLessThan(5_000);
});

test("a builder that asks again ends its earlier request, whose connection may be dead", async () => {
  const builder = await FakeBuilder.register();
  const earlier = builder.ask(20_000);
  await waiting(1);
  const later = builder.lease(20_000);
  expect((await earlier).status).toBe(204);
  const id = await triggered(await newOwner());
  expect((await later)?.build_id).toBe(id);
});

test("a build goes to the next builder when the first hangs up while it is being offered", async () => {
  const [gone, next] = [await FakeBuilder.start(), await FakeBuilder.start()];
  const id = await triggered(await newOwner());
  await runInDurableObject(pool(), async (instance) => {
    const object = instance as unknown as {
      lease: (request: object) => Promise<unknown>;
      leave: (id: string) => Promise<void>;
    };
    const request = {
      waiterId: "w",
      builderId: gone.id,
      capabilities: { platforms: ["android-webview"], formats: ["apk"] },
      currentJobs: [],
      waitMs: 0,
    };
    const leasing = object.lease(request);
    // the lock is being asked
    await object.leave("w");
    expect(await leasing).toBeNull();
  });
  expect((await next.lease())?.build_id).toBe(id);
});

test("a build whose lock failed when it was offered is offered to the next request", async () => {
  const builder = await FakeBuilder.start();
  const id = await triggered(await newOwner());
  const hasFailed = await breakOnce(pool(), "LOCK.offer", "before");
  expect(await builder.lease()).toBeNull();
  expect(hasFailed()).toBe(true);
  expect((await builder.lease())?.build_id).toBe(id);
});

test("a build whose offer failed is offered again within seconds to builders that are waiting", async () => {
  const builders = [await FakeBuilder.register(), await FakeBuilder.register()];
  const hangUp = new AbortController();
  const started = performance.now();
  const offers = builders.map(async (builder) => {
    const answer = await builder.ask(20_000, [], hangUp.signal);
    return (await answer.json<{ build_id: number }>()).build_id;
  });
  await waiting(2);
  const hasFailed = await breakOnce(pool(), "LOCK.offer", "before");
  const id = await triggered(await newOwner());
  expect(await Promise.race(offers)).toBe(id);
  expect(hasFailed()).toBe(true);
  expect(performance.now() - started).toBeLessThan(10_000);
  hangUp.abort();
  await Promise.allSettled(offers);
});

test("a build whose offer failed is not lost, whatever was queued meanwhile", async () => {
  const [builder, other] = [await FakeBuilder.start(), await FakeBuilder.start()];
  const first = await triggered(await newOwner());
  const offer = Promise.withResolvers<void>();
  await breakOnce(pool(), "LOCK.offer", { begin: offer.promise });
  const leasing = builder.lease();
  await queueIs([]);
  const handedBack = await triggered(await newOwner());
  const { lease } = await other.take();
  const last = await triggered(await newOwner());
  await other.release(lease);
  await queueIs([handedBack, last]);
  offer.reject(new Error("the offer fails, as the test wishes"));
  expect((await leasing)?.build_id).toBe(handedBack);
  await queueIs([first, last]);
});

test("cancelled builds leave the queue", async () => {
  await FakeBuilder.start();
  const owner = await newOwner();
  const id = await triggered(owner);
  await queueIs([id]);
  await cancel(owner, id);
  await queueIs([]);
});

/** Waits until exactly these builds wait, in this order. */
async function queueIs(wanted: number[]): Promise<void> {
  const queued = () =>
    runInDurableObject(pool(), (_instance, state) =>
      state.storage.sql
        .exec<{ build_id: number }>("SELECT build_id FROM queue ORDER BY position")
        .toArray()
        .map((row) => row.build_id),
    );
  await expect.poll(queued).toEqual(wanted);
}

test("a removed builder's wait ends, and the next trigger finds no builder", async () => {
  const builder = await FakeBuilder.register();
  const owner = await newOwner();
  const asked = builder.ask(20_000);
  await waiting(1);
  expect((await admin("DELETE", `/builders/${builder.id}`)).status).toBe(204);
  expect((await asked).status).toBe(204);
  await waiting(0);
  expect(await builder.state()).toBeUndefined();
  expect((await builder.ask(0)).status).toBe(401);
  expect((await trigger(owner)).status).toBe(503);
  const again = await admin("DELETE", `/builders/${builder.id}`);
  expect([again.status, again.body]).toEqual([404, { message: "Builder not found." }]);
});

test("a removed builder's build goes to another one, and the removed builder's reports are refused", async () => {
  const builder = await FakeBuilder.start();
  const owner = await newOwner();
  const id = await triggered(owner);
  const { lease } = await builder.take();
  await admin("DELETE", `/builders/${builder.id}`);
  expect((await builder.log(lease, 0, "late")).status).toBe(401);
  const other = await FakeBuilder.start();
  clock.pass(LEASE_MS + 1);
  await runAlarm(owner.app.id);
  const taken = await other.take();
  expect(taken.job).toMatchObject({ build_id: id, attempt: 2 });
  await other.finish(taken.lease);
  expect(await getBuild(owner, id)).toMatchObject({ status: "completed" });
});
