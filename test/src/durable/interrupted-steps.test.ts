// Steps that reach D1, R2 or another object and fail, stall or lose their answer in the middle.
import { abortAllDurableObjects, runInDurableObject } from "cloudflare:test";
import { expect, test, vi } from "vitest";
import type { BuildLockPort } from "../../../src/domain/ports/builds.ts";
import { BuildLockObject } from "../../../src/durable/build-lock.ts";
import { ACCEPT_WITHIN_MS } from "../../../src/protocol/builder.ts";
import {
  cancel,
  credits,
  filesOf,
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
import { api } from "../../support/worker.ts";
import { breakOnce } from "./faults.ts";
import { newOwner } from "../../support/scenario.ts";
import { untilPasses } from "../../support/until-passes.ts";

const clock = useTestClock();
const every = redoing(clock);

test.each([
  ["POOL.canBuild", "before"],
  ["POOL.canBuild", "after"],
  ["DB.batch", "before"],
  ["DB.batch", "after"],
  ["POOL.enqueue", "before"],
  ["POOL.enqueue", "after"],
] as const)(
  "a trigger whose %s fails %s it worked starts a build completely or not at all",
  async (what, when) => {
    const builder = await FakeBuilder.start();
    const owner = await newOwner();
    const hasFailed = await breakOnce(lockOf(owner.app.id), what, when);
    const made = await trigger(owner);
    expect(hasFailed()).toBe(true);
    const isQueueing = what === "POOL.enqueue";
    expect(made.status).toBe(isQueueing ? 201 : 500);
    // nothing is decided yet: no second build can start
    expect((await trigger(owner)).status).toBe(409);
    await every(owner);
    const isWritten = isQueueing || (what === "DB.batch" && when === "after");
    if (isWritten) {
      const { lease } = await builder.take();
      await builder.finish(lease);
      expect(await statuses(owner)).toEqual({ completed: 1 });
      expect(await credits(owner)).toEqual({ balance: 4, moved: [-1] });
      expect(await builder.lease()).toBeNull();
    } else {
      expect(await statuses(owner)).toEqual({});
      expect(await credits(owner)).toEqual({ balance: 5, moved: [] });
      await FakeBuilder.start();
      expect((await trigger(owner)).status).toBe(201);
    }
  },
);

test("an alarm that rings during a slow trigger does not disturb it", async () => {
  const builder = await FakeBuilder.start();
  const owner = await newOwner();
  const { promise, resolve } = Promise.withResolvers<void>();
  const isHeld = await breakOnce(lockOf(owner.app.id), "DB.batch", { begin: promise });
  const slow = trigger(owner);
  await expect.poll(isHeld).toBe(true);
  for (let round = 0; round < 3; round += 1) await every(owner);
  expect((await trigger(owner)).status).toBe(409);
  resolve();
  expect((await slow).status).toBe(201);
  await FakeBuilder.start();
  expect((await trigger(owner)).status).toBe(409);
  const { lease } = await builder.take();
  await builder.finish(lease);
  expect(await statuses(owner)).toEqual({ completed: 1 });
});

test("a build can be cancelled before its trigger is answered", async () => {
  const builder = await FakeBuilder.start();
  const owner = await newOwner();
  const { promise, resolve } = Promise.withResolvers<void>();
  await breakOnce(lockOf(owner.app.id), "DB.batch", { answer: promise });
  const slow = trigger(owner);
  const path = `/api/v1/apps/${owner.app.id}/builds`;
  const list = async () => (await api("GET", path, { token: owner.account.key })).body.data;
  await expect.poll(list).toHaveLength(1);
  const [build] = await list();
  const asked = vi.spyOn(BuildLockObject.prototype, "cancel");
  const cancelled = cancel(owner, build.id);
  await untilPasses(() => expect(asked).toHaveBeenCalled());
  // the lock knows the build's id only now
  resolve();
  expect((await cancelled).status).toBe(200);
  expect((await slow).status).toBe(201);
  expect(await builder.lease()).toBeNull();
  expect(await credits(owner)).toEqual({ balance: 5, moved: [-1, 1] });
});

test("a trigger that comes while the last build's end is being written waits for it", async () => {
  const builder = await FakeBuilder.start();
  const owner = await newOwner();
  const id = await triggered(owner);
  const { lease } = await builder.take();
  const made = await artifact();
  await builder.upload(lease, made);
  const { promise, resolve } = Promise.withResolvers<void>();
  await breakOnce(lockOf(owner.app.id), "FILES.put", { begin: promise });
  const completing = builder.complete(lease, made);
  // the owner sees it completed before the log is stored and the lock let go
  await expect.poll(async () => (await getBuild(owner, id)).status).toBe("completed");
  const triggers = Promise.all([trigger(owner), trigger(owner)]);
  resolve();
  const answers = (await triggers).map((answer) => answer.status);
  expect(answers.toSorted((a, b) => a - b)).toEqual([201, 409]);
  expect((await completing).status).toBe(200);
});

test("the alarm writes an end that hangs, and the next build is untouched when it comes back", async () => {
  const builder = await FakeBuilder.start();
  const owner = await newOwner();
  await triggered(owner);
  const { lease } = await builder.take();
  const made = await artifact();
  await builder.upload(lease, made);
  const { promise, resolve } = Promise.withResolvers<void>();
  const hangs = await breakOnce(lockOf(owner.app.id), "FILES.put", { begin: promise });
  const completing = builder.complete(lease, made);
  await expect.poll(hangs).toBe(true);
  await every(owner);
  const next = await triggered(owner);
  resolve();
  expect((await completing).status).toBe(200);
  expect((await trigger(owner)).status).toBe(409);
  expect((await builder.take()).job.build_id).toBe(next);
});

test("an upload that could not be recorded is deleted when the build ends", async () => {
  const builder = await FakeBuilder.start();
  const owner = await newOwner();
  const id = await triggered(owner);
  const { lease } = await builder.take();
  await runInDurableObject(lockOf(owner.app.id), (instance) => {
    const { prototype } = Object.getPrototypeOf(instance.constructor) as {
      prototype: BuildLockPort;
    };
    const { report } = prototype;
    let hasFailed = false;
    vi.spyOn(prototype, "report").mockImplementation(async function (
      this: BuildLockPort,
      ref,
      reported,
    ) {
      if (hasFailed || reported.kind !== "record_artifact") return report.call(this, ref, reported);
      hasFailed = true;
      throw new Error("the report fails, as the test wishes");
    });
  });
  expect((await builder.upload(lease, await artifact())).status).toBe(500);
  expect(await filesOf(owner.app.id)).toHaveLength(1);
  await builder.finish(lease);
  expect(await filesOf(owner.app.id)).toHaveLength(2);
  expect(await filesOf(owner.app.id)).toContain(`apps/${owner.app.id}/builds/${id}/log.txt`);
});

test("the alarm continues a trigger whose object died after writing the row", async () => {
  const builder = await FakeBuilder.start();
  const owner = await newOwner();
  await breakOnce(lockOf(owner.app.id), "DB.batch", "after");
  expect((await trigger(owner)).status).toBe(500);
  await abortAllDurableObjects();
  await every(owner);
  const { lease } = await builder.take();
  await builder.finish(lease);
  expect(await statuses(owner)).toEqual({ completed: 1 });
});

test("an alarm that fails is tried again, however often it fails", async () => {
  await FakeBuilder.start();
  const owner = await newOwner();
  await breakOnce(lockOf(owner.app.id), "DB.batch", "before");
  expect((await trigger(owner)).status).toBe(500);
  for (let round = 0; round < 8; round += 1) {
    const hasFailed = await breakOnce(lockOf(owner.app.id), "DB.prepare", "before");
    await every(owner);
    expect(hasFailed()).toBe(true);
    expect((await trigger(owner)).status).toBe(409);
  }
  await every(owner);
  await FakeBuilder.start();
  expect((await trigger(owner)).status).toBe(201);
});

test.each([
  ["DB.batch", "before"],
  ["DB.batch", "after"],
  ["FILES.put", "before"],
  ["FILES.put", "after"],
] as const)("the alarm writes an end whose %s fails %s it worked", async (what, when) => {
  const builder = await FakeBuilder.start();
  const owner = await newOwner();
  const id = await triggered(owner);
  const { lease } = await builder.take();
  await builder.log(lease, 0, "All of it\n");
  const made = await artifact();
  await builder.upload(lease, made);
  const hasFailed = await breakOnce(lockOf(owner.app.id), what, when);
  expect((await builder.complete(lease, made)).status).toBe(500);
  expect(hasFailed()).toBe(true);
  await abortAllDurableObjects();
  await every(owner);
  expect(await getBuild(owner, id)).toMatchObject({ status: "completed" });
  expect((await getLogs(owner, id)).body.logs).toBe("All of it\n");
  expect((await builder.complete(lease, made)).status).toBe(200);
  expect(await credits(owner)).toEqual({ balance: 4, moved: [-1] });
  expect((await trigger(owner)).status).toBe(201);
});

test("an interrupted end is written by the next cancel or trigger", async () => {
  const builder = await FakeBuilder.start();
  const owner = await newOwner();
  const id = await triggered(owner);
  const { lease } = await builder.take();
  await breakOnce(lockOf(owner.app.id), "DB.batch", "before");
  expect((await cancel(owner, id)).status).toBe(500);
  expect(await builder.heartbeat(lease)).toEqual({ cancel: true, reason: "cancelled" });
  // the same cancel, sent again
  expect((await cancel(owner, id)).status).toBe(200);
  const next = await triggered(owner);
  const { lease: second } = await builder.take();
  await breakOnce(lockOf(owner.app.id), "DB.batch", "before");
  expect((await builder.fail(second, false)).status).toBe(500);
  expect((await trigger(owner)).status).toBe(201);
  expect((await getBuild(owner, next)).status).toBe("failed");
  expect(await credits(owner)).toEqual({ balance: 4, moved: [-1, 1, -1, 1, -1] });
});

test("an interrupted completion cannot become a cancellation", async () => {
  const builder = await FakeBuilder.start();
  const owner = await newOwner();
  const id = await triggered(owner);
  const { lease } = await builder.take();
  const made = await artifact();
  await builder.upload(lease, made);
  await breakOnce(lockOf(owner.app.id), "DB.batch", "before");
  expect((await builder.complete(lease, made)).status).toBe(500);
  const refused = await cancel(owner, id);
  expect([refused.status, refused.body.status]).toEqual([400, "completed"]);
  expect(await credits(owner)).toEqual({ balance: 4, moved: [-1] });
});

test("a requeue that fails halfway is done again", async () => {
  const builder = await FakeBuilder.start();
  const owner = await newOwner();
  const id = await triggered(owner);
  const { lease } = await builder.take();
  await builder.upload(lease, await artifact());
  await breakOnce(lockOf(owner.app.id), "DB.prepare", "before");
  expect((await builder.release(lease)).status).toBe(200);
  expect(await builder.lease()).toBeNull();
  await every(owner);
  expect((await getBuild(owner, id)).status).toBe("pending");
  const { lease: again } = await builder.take();
  await builder.finish(again);
  expect(await filesOf(owner.app.id)).toHaveLength(2);
});

test("a build is queued again 10 s after the answer to its offer was lost", async () => {
  const builder = await FakeBuilder.start();
  const owner = await newOwner();
  const id = await triggered(owner);
  await breakOnce(pool(), "LOCK.offer", "after");
  expect(await builder.lease()).toBeNull();
  await every(owner, ACCEPT_WITHIN_MS + 1_000);
  expect((await builder.lease())?.build_id).toBe(id);
});

test("a build whose lock can't be reached does not hold up the builds behind it", async () => {
  const builder = await FakeBuilder.start();
  const id = await triggered(await newOwner());
  const behind = await triggered(await newOwner());
  await breakOnce(pool(), "LOCK.offer", "before");
  expect((await builder.lease())?.build_id).toBe(behind);
  expect((await builder.lease())?.build_id).toBe(id);
});

test("the alarm finishes a deletion that failed halfway, however often it fails again", async () => {
  const builder = await FakeBuilder.start();
  const owner = await newOwner();
  const { app, account } = owner;
  await triggered(owner);
  const { lease } = await builder.take();
  await builder.finish(lease);
  await breakOnce(lockOf(app.id), "FILES.delete", "before");
  const removed = await api("DELETE", `/api/v1/apps/${app.id}`, { token: account.key });
  expect(removed.status).toBe(500);
  for (let round = 0; round < 8; round += 1) {
    const hasFailed = await breakOnce(lockOf(app.id), "FILES.delete", "before");
    await every(owner);
    expect(hasFailed()).toBe(true);
    expect(await filesOf(app.id)).toHaveLength(2);
  }
  await every(owner);
  expect(await filesOf(app.id)).toEqual([]);
});
