// The builder pool: long polls, the order in which builders are served, and builders that hang up.
import { expect, test, vi } from "vitest";
import { runInDurableObject } from "cloudflare:test";
import { MINUTE_MS } from "../../../src/kit/time.ts";
import { LEASE_MS, LeaseOffer } from "../../../src/protocol/builder.ts";
import {
  cancel,
  getBuild,
  lockOf,
  pool,
  runAlarm,
  trigger,
  triggered,
  useTestClock,
} from "../../support/builds.ts";
import { admin } from "../../support/worker.ts";
import { FakeBuilder } from "../../support/fake-builder.ts";
import { breakOnce } from "./faults.ts";
import { newApp, newOwner, type Owner } from "../../support/scenario.ts";

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
  const owner = await newOwner();
  const started = performance.now();
  const id = await triggered(owner);
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
  const offers = builders.map((builder) => builder.lease(20_000));
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
      drain: { isDraining: false, changes: 0 },
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
  const offers = builders.map(async (builder) => {
    const answer = await builder.ask(20_000, [], hangUp.signal);
    return (await answer.json<{ build_id: number }>()).build_id;
  });
  await waiting(2);
  const hasFailed = await breakOnce(pool(), "LOCK.offer", "before");
  const owner = await newOwner();
  const started = performance.now();
  const id = await triggered(owner);
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

/** Owners of apps of one account. */
async function ownersOf(apps: number): Promise<Owner[]> {
  const owner = await newOwner({ build_credits: 100 });
  const owners = [owner];
  while (owners.length < apps) {
    owners.push({ account: owner.account, app: await newApp(owner.account.key) });
  }
  return owners;
}

/** Triggers a build of each, one after the other. */
async function triggeredAll(owners: Owner[]): Promise<number[]> {
  const ids: number[] = [];
  for (const owner of owners) ids.push(await triggered(owner));
  return ids;
}

/** Ends the builds of an account that a test is done with: their locks would queue them again in later tests. */
async function cancelAll(owner: Owner | undefined, ids: readonly number[]): Promise<void> {
  if (owner) for (const id of ids) await cancel(owner, id);
}

test("a builder with one slot makes a build of each account in turn", async () => {
  const builder = await FakeBuilder.start();
  const [many, some] = [await ownersOf(4), await ownersOf(2)];
  const [a1, a2, a3, a4] = await triggeredAll(many);
  const first = await builder.take();
  const [b1, b2] = await triggeredAll(some);
  const c1 = await triggered(await newOwner());
  const made = [first.job.build_id];
  await builder.finish(first.lease);
  for (let n = 0; n < 6; n += 1) {
    const { lease, job } = await builder.take();
    made.push(job.build_id);
    await builder.finish(lease);
  }
  expect(made).toEqual([a1, b1, c1, a2, b2, a3, a4]);
});

test("of accounts that wait, the one with the fewest builds in hand is next", async () => {
  const builder = await FakeBuilder.start();
  const [many, some] = [await ownersOf(4), await ownersOf(2)];
  const ids = await triggeredAll(many);
  const [a1, a2, a3] = ids;
  const working: number[] = [];
  const takeNext = async () => {
    const offer = LeaseOffer.parse(await (await builder.ask(0, working)).json());
    expect((await builder.accept(offer)).status).toBe(200);
    working.push(offer.build_id);
  };
  await takeNext();
  await takeNext();
  const [b1, b2] = await triggeredAll(some);
  for (let n = 0; n < 3; n += 1) await takeNext();
  expect(working).toEqual([a1, a2, b1, b2, a3]);
  await cancelAll(many[0], ids);
  await cancelAll(some[0], working);
});

test.each([
  [1, 1],
  [2, 1],
  [3, 2],
  [4, 3],
])(
  "of %i slots one account gets %i, and another account that comes later the rest",
  async (slots, most) => {
    const builder = await FakeBuilder.register();
    const ask = async (working: number[]) => builder.ask(0, working, undefined, slots);
    await ask([]);
    const [many, some] = [await ownersOf(5), await ownersOf(5)];
    const ids = await triggeredAll(many);
    const working: number[] = [];
    const takeAll = async () => {
      while (working.length < slots) {
        const answer = await ask(working);
        if (answer.status === 204) return;
        const offer = LeaseOffer.parse(await answer.json());
        expect((await builder.accept(offer)).status).toBe(200);
        working.push(offer.build_id);
      }
    };
    await takeAll();
    expect(working).toEqual(ids.slice(0, most));
    const others = await triggeredAll(some);
    await takeAll();
    expect(working).toEqual([...ids.slice(0, most), ...others.slice(0, slots - most)]);
    await cancelAll(many[0], ids);
    await cancelAll(some[0], others);
  },
);

test("of four slots an account gets two while another's builds are made too", async () => {
  const builder = await FakeBuilder.register();
  const ask = async (working: number[]) => builder.ask(0, working, undefined, 4);
  await ask([]);
  const other = await newOwner();
  await triggered(other);
  const lease = LeaseOffer.parse(await (await ask([])).json());
  expect((await builder.accept(lease)).status).toBe(200);
  await builder.finish(lease);
  const many = await ownersOf(4);
  const ids = await triggeredAll(many);
  const working: number[] = [];
  for (let n = 0; n < 2; n += 1) {
    const offer = LeaseOffer.parse(await (await ask(working)).json());
    expect((await builder.accept(offer)).status).toBe(200);
    working.push(offer.build_id);
  }
  expect((await ask(working)).status).toBe(204);
  // The other account's build is a minute ago.
  clock.pass(MINUTE_MS);
  expect((await ask(working)).status).toBe(200);
  await cancelAll(many[0], ids);
});

test("an account whose waiting builds are queued again each minute does not get another's turn", async () => {
  const builder = await FakeBuilder.start();
  const many = await ownersOf(2);
  const [first, second] = await triggeredAll(many);
  const other = await newOwner();
  const theirs = await triggered(other);
  clock.pass(MINUTE_MS - 1_000);
  const taken = await builder.take();
  expect(taken.job.build_id).toBe(first);
  await builder.finish(taken.lease);
  clock.pass(1_500);
  await runAlarm(many[1]!.app.id);
  expect((await builder.take()).job.build_id).toBe(theirs);
  await cancelAll(many[0], [second!]);
  await cancelAll(other, [theirs]);
});

test.each(["released", "retryably failed"])(
  "a %s build comes before another account's that has waited since",
  async (how) => {
    const builder = await FakeBuilder.start();
    const [owner, other] = [await newOwner(), await newOwner()];
    const [first, theirs] = [await triggered(owner), await triggered(other)];
    const { lease } = await builder.take();
    await (how === "released" ? builder.release(lease) : builder.fail(lease, true));
    expect((await builder.take()).job.build_id).toBe(first);
    await cancelAll(owner, [first]);
    await cancelAll(other, [theirs]);
  },
);

test.each(["cancelled", "lost"])(
  "once its builder knows that a build is %s, its account's next one is offered, also to a request from before",
  async (how) => {
    const builder = await FakeBuilder.register();
    const other = await FakeBuilder.register();
    for (const each of [builder, other]) await each.ask(0, [], undefined, 1);
    const owners = await ownersOf(2);
    const ids = [await triggered(owners[0]!)];
    const ask = () => builder.ask(0, [], undefined, 1);
    const lease = LeaseOffer.parse(await (await ask()).json());
    expect((await builder.accept(lease)).status).toBe(200);
    const offer = other.ask(20_000, [], undefined, 1);
    if (how === "cancelled") await cancel(owners[0]!, ids[0]!);
    else {
      // Its lock gives the build up without the builder.
      await runInDurableObject(lockOf(owners[0]!.app.id), (_instance, state) => {
        const held = state.storage.kv.get<object>("state");
        state.storage.kv.put("state", { ...held, attempts: 3, deadline: 0 });
      });
      await runAlarm(owners[0]!.app.id);
    }
    ids.push(await triggered(owners[1]!));
    expect((await builder.heartbeat(lease)).cancel).toBe(true);
    expect(LeaseOffer.parse(await (await offer).json()).build_id).toBe(ids[1]);
    await cancelAll(owners[0], ids);
  },
);

test("a late report of a builder that lost its lease leaves its account's share as it is", async () => {
  const [late, builder] = [await FakeBuilder.register(), await FakeBuilder.register()];
  for (const each of [late, builder]) await each.ask(0, [], undefined, 1);
  const owners = await ownersOf(2);
  const first = await triggered(owners[0]!);
  const lost = LeaseOffer.parse(await (await late.ask(0, [], undefined, 1)).json());
  expect((await late.accept(lost)).status).toBe(200);
  clock.pass(LEASE_MS + 1);
  await runAlarm(owners[0]!.app.id);
  const lease = LeaseOffer.parse(await (await builder.ask(0, [], undefined, 1)).json());
  expect(lease.build_id).toBe(first);
  expect((await builder.accept(lease)).status).toBe(200);
  const second = await triggered(owners[1]!);
  expect((await late.release(lost)).status).toBe(409);
  expect((await late.ask(0, [], undefined, 1)).status).toBe(204);
  await cancelAll(owners[0], [first, second]);
});

test("a builder that waits gets an account's next build once the one before it has ended", async () => {
  const builder = await FakeBuilder.register();
  const other = await FakeBuilder.register();
  for (const each of [builder, other]) await each.ask(0, [], undefined, 1);
  const owners = await ownersOf(2);
  const ids = await triggeredAll(owners);
  const [first, second] = ids;
  const lease = LeaseOffer.parse(await (await builder.ask(0, [], undefined, 1)).json());
  expect(lease.build_id).toBe(first);
  expect((await builder.accept(lease)).status).toBe(200);
  const offer = other.ask(20_000, [], undefined, 1);
  await builder.finish(lease);
  expect(LeaseOffer.parse(await (await offer).json()).build_id).toBe(second);
  await cancelAll(owners[0], ids);
});

test("the builds of a builder that is gone don't count against their account", async () => {
  const [gone, builder] = [await FakeBuilder.register(), await FakeBuilder.register()];
  for (const each of [gone, builder]) await each.ask(0, [], undefined, 1);
  const owners = await ownersOf(2);
  const ids = await triggeredAll(owners);
  const [first, second] = ids;
  expect(LeaseOffer.parse(await (await gone.ask(0, [], undefined, 1)).json()).build_id).toBe(first);
  expect((await builder.ask(0, [], undefined, 1)).status).toBe(204);
  await admin("DELETE", `/builders/${gone.id}`);
  const offer = await builder.ask(0, [], undefined, 1);
  expect(LeaseOffer.parse(await offer.json()).build_id).toBe(second);
  await cancelAll(owners[0], ids);
});

test("jobs of one account have one share, which is not its id, and others' have another", async () => {
  const builder = await FakeBuilder.start();
  const [mine, other] = [await ownersOf(2), await newOwner()];
  for (const owner of [...mine, other]) await triggered(owner);
  const shares = new Map<number, string>();
  for (let n = 0; n < 3; n += 1) {
    const { lease, job } = await builder.take();
    shares.set(job.build_id, job.share);
    await builder.finish(lease);
  }
  const [a1, a2, b1] = [...shares].toSorted(([a], [b]) => a - b).map(([, share]) => share);
  expect(a2).toBe(a1);
  expect(b1).not.toBe(a1);
  expect(a1).toMatch(/^[\w-]{43}$/);
});
