// Builds survive objects that are evicted or aborted between any two steps, and storage that is lost.
import {
  abortAllDurableObjects,
  createExecutionContext,
  createScheduledController,
  evictAllDurableObjects,
  runInDurableObject,
  waitOnExecutionContext,
} from "cloudflare:test";
import { expect, test } from "vitest";
import worker from "../../../src/index.ts";
import { LEASE_MS } from "../../../src/protocol/builder.ts";
import {
  cancel,
  credits,
  emptyPool,
  getBuild,
  getLogs,
  lockOf,
  pool,
  redoing,
  statuses,
  trigger,
  triggered,
  useTestClock,
} from "../../support/builds.ts";
import { artifact, FakeBuilder } from "../../support/fake-builder.ts";
import { newPublisher } from "../../support/publisher.ts";
import { bindings } from "../../support/worker.ts";
import { newOwner } from "../../support/scenario.ts";

const clock = useTestClock();
const every = redoing(clock);

async function cron(): Promise<void> {
  const execution = createExecutionContext();
  await worker.scheduled?.(createScheduledController(), bindings, execution);
  await waitOnExecutionContext(execution);
}

/** Loses all that a lock knows, its alarm too. */
async function wipeLock(appId: number): Promise<void> {
  await runInDurableObject(lockOf(appId), async (_instance, state) => {
    for (const [key] of state.storage.kv.list()) state.storage.kv.delete(key);
    state.storage.sql.exec("DELETE FROM log");
    await state.storage.deleteAlarm();
  });
}

test.each([
  ["evicted", () => evictAllDurableObjects()],
  ["aborted", () => abortAllDurableObjects()],
])(
  "a build completes once even if all objects are %s between every two steps",
  async (_how, disturb) => {
    const builder = await FakeBuilder.start();
    await disturb();
    const owner = await newOwner();
    await disturb();
    const id = await triggered(owner);
    await disturb();
    const lease = (await builder.lease())!;
    await disturb();
    expect((await builder.accept(lease)).status).toBe(200);
    await disturb();
    expect(await builder.heartbeat(lease)).toEqual({ cancel: false });
    await disturb();
    await builder.log(lease, 0, "one\n");
    await disturb();
    expect((await builder.log(lease, 4, "two\n")).body).toEqual({ offset: 8 });
    await disturb();
    expect((await getLogs(owner, id)).body.logs).toBe("one\ntwo\n");
    const made = await artifact();
    await disturb();
    expect((await builder.upload(lease, made)).status).toBe(200);
    await disturb();
    expect((await trigger(owner)).status).toBe(409);
    await disturb();
    expect((await builder.complete(lease, made)).status).toBe(200);
    await disturb();
    expect((await builder.complete(lease, made)).status).toBe(200);
    expect(await getBuild(owner, id)).toMatchObject({ status: "completed" });
    expect((await getLogs(owner, id)).body.logs).toBe("one\ntwo\n");
    expect(await credits(owner)).toEqual({ balance: 4, moved: [-1] });
    expect(await statuses(owner)).toEqual({ completed: 1 });
    expect(await builder.lease()).toBeNull();
  },
);

test("a build whose lease ran out while all objects were down goes to another builder", async () => {
  const [dead, heir] = [await FakeBuilder.start(), await FakeBuilder.start()];
  const owner = await newOwner();
  const id = await triggered(owner);
  await dead.take();
  await abortAllDurableObjects();
  await every(owner, LEASE_MS + 1_000);
  await abortAllDurableObjects();
  const { lease, job } = await heir.take();
  expect(job).toMatchObject({ build_id: id, attempt: 2 });
  await heir.finish(lease);
  expect(await credits(owner)).toEqual({ balance: 4, moved: [-1] });
});

test("a pool that lost its storage reads the waiting builds from D1, in order", async () => {
  const builder = await FakeBuilder.start();
  const ids = [await triggered(await newOwner()), await triggered(await newOwner())];
  await runInDurableObject(pool(), (_instance, state) => state.storage.deleteAll());
  await abortAllDurableObjects();
  const leases: number[] = [];
  for (;;) {
    const lease = await builder.lease();
    if (!lease) break;
    leases.push(lease.build_id);
  }
  // builds other tests of this file left waiting may come first
  expect(leases.slice(-2)).toEqual(ids);
});

test("a lock queues its build again when the pool has forgotten it", async () => {
  const builder = await FakeBuilder.start();
  const owner = await newOwner();
  const id = await triggered(owner);
  await runInDurableObject(pool(), (_instance, state) =>
    state.storage.sql.exec("DELETE FROM queue"),
  );
  expect(await builder.lease()).toBeNull();
  await every(owner, 61_000);
  expect((await builder.lease())?.build_id).toBe(id);
});

test("the cron gives a build back to the lock that lost it, and the build completes", async () => {
  const builder = await FakeBuilder.start();
  const owner = await newOwner();
  const id = await triggered(owner);
  const { lease } = await builder.take();
  await wipeLock(owner.app.id);
  expect(await builder.heartbeat(lease)).toEqual({ cancel: true, reason: "finished" });
  clock.pass(6 * 60_000);
  await cron();
  expect((await getBuild(owner, id)).status).toBe("pending");
  expect((await trigger(owner)).status).toBe(409);
  const { lease: again } = await builder.take();
  expect(again.build_id).toBe(id);
  await builder.finish(again);
  expect(await credits(owner)).toEqual({ balance: 4, moved: [-1] });
});

test("a lost build fails and returns its credit when another build has taken its place", async () => {
  await FakeBuilder.start();
  const owner = await newOwner();
  const lost = await triggered(owner);
  await wipeLock(owner.app.id);
  const second = await triggered(owner);
  clock.pass(6 * 60_000);
  await cron();
  expect(await getBuild(owner, lost)).toMatchObject({ status: "failed" });
  expect(await getBuild(owner, second)).toMatchObject({ status: "pending" });
  expect(await credits(owner)).toEqual({ balance: 4, moved: [-1, -1, 1] });
});

test("a lost build fails also when the one that took its place has ended, since it may be no update any more", async () => {
  const builder = await FakeBuilder.start();
  const owner = await newOwner();
  const lost = await triggered(owner);
  await wipeLock(owner.app.id);
  await emptyPool();
  await FakeBuilder.start();
  const second = await triggered(owner);
  const { lease } = await builder.take();
  expect(lease.build_id).toBe(second);
  await builder.finish(lease);
  clock.pass(6 * 60_000);
  await cron();
  expect(await getBuild(owner, lost)).toMatchObject({ status: "failed" });
  // and the lock is free
  await FakeBuilder.start();
  expect((await trigger(owner)).status).toBe(201);
});

test("a lost release does not complete after a later one, though the clock was set back between them", async () => {
  const owner = await newPublisher();
  const lost = await owner.ask();
  await wipeLock(owner.app.id);
  await emptyPool();
  clock.pass(-60_000);
  await FakeBuilder.start();
  const made = await owner.ask();
  await owner.builder.finish((await owner.builder.take()).lease);
  clock.pass(7 * 60_000);
  await cron();
  expect(await getBuild(owner, lost.body.data.id)).toMatchObject({ status: "failed" });
  expect(await getBuild(owner, made.body.data.id)).toMatchObject({ status: "completed" });
});

test("a build that its lock lost can be cancelled", async () => {
  await FakeBuilder.start();
  const owner = await newOwner();
  const id = await triggered(owner);
  await wipeLock(owner.app.id);
  expect((await cancel(owner, id)).status).toBe(200);
  expect(await getBuild(owner, id)).toMatchObject({ status: "cancelled" });
  expect(await credits(owner)).toEqual({ balance: 5, moved: [-1, 1] });
});

test("a lock that is given a build which runs, has ended or was replaced changes nothing", async () => {
  const builder = await FakeBuilder.start();
  const owner = await newOwner();
  const id = await triggered(owner);
  const { lease } = await builder.take();
  const row = await bindings.DB.prepare("SELECT reference FROM builds WHERE id = ?")
    .bind(id)
    .first<{ reference: string }>();
  const stale = { buildId: id, reference: row?.reference ?? "" };
  await lockOf(owner.app.id).adopt(stale); // running: nothing to take over
  await builder.finish(lease);
  await lockOf(owner.app.id).adopt(stale);
  expect(await builder.lease()).toBeNull();
  await triggered(owner);
  await lockOf(owner.app.id).adopt(stale); // another build has the lock
  expect(await getBuild(owner, id)).toMatchObject({ status: "completed", error_message: null });
  expect(await credits(owner)).toEqual({ balance: 3, moved: [-1, -1] });
});
