// How builders lose leases: by silence, by not accepting, by time limits; and that an old token is refused.
import { expect, test } from "vitest";
import { HEARTBEAT_MS, LEASE_MS, MAX_ATTEMPT_MS } from "../../../src/protocol/builder.ts";
import {
  credits,
  filesOf,
  getBuild,
  getLogs,
  runAlarm,
  triggered,
  useTestClock,
} from "../../support/builds.ts";
import { artifact, FakeBuilder } from "../../support/fake-builder.ts";
import { newOwner } from "../../support/scenario.ts";

const clock = useTestClock();
const LOST = { error: "lease_lost", reason: "lost" };

test("an offer not accepted within 10 s goes back to the queue and does not count as an attempt", async () => {
  const [slow, quick] = [await FakeBuilder.start(), await FakeBuilder.start()];
  const owner = await newOwner();
  const id = await triggered(owner);
  await triggered(await newOwner());
  const offer = await slow.lease();
  clock.pass(9_000);
  await runAlarm(owner.app.id);
  expect((await slow.heartbeat(offer!)).cancel).toBe(true); // not accepted: nothing to extend
  clock.pass(2_000);
  await runAlarm(owner.app.id);
  expect((await slow.accept(offer!)).body).toMatchObject(LOST);
  const { lease, job } = await quick.take();
  expect(job).toMatchObject({ build_id: id, attempt: 1 });
  await quick.finish(lease);
});

test("a build whose lease gets no heartbeats goes to the front of the queue and completes once", async () => {
  const [dead, heir] = [await FakeBuilder.start(), await FakeBuilder.start()];
  const owner = await newOwner();
  const id = await triggered(owner);
  await triggered(await newOwner());
  const { lease: old } = await dead.take();
  await dead.log(old, 0, "half a line");
  const half = await artifact();
  await dead.upload(old, half);

  clock.pass(LEASE_MS - 2_000);
  await runAlarm(owner.app.id);
  expect(await dead.heartbeat(old)).toEqual({ cancel: false });
  clock.pass(LEASE_MS - 2_000);
  await runAlarm(owner.app.id);
  expect((await getBuild(owner, id)).status).toBe("building");
  clock.pass(3_000);
  await runAlarm(owner.app.id);
  expect((await getBuild(owner, id)).status).toBe("pending");

  const { lease, job } = await heir.take();
  expect(job).toMatchObject({ build_id: id, attempt: 2 });
  const before = (await getLogs(owner, id)).body.logs;
  // whatever the old holder still says is refused and changes nothing
  const late = await artifact();
  expect(await dead.heartbeat(old)).toEqual({ cancel: true, reason: "lost" });
  for (const answer of [
    await dead.accept(old),
    await dead.log(old, 11, "more"),
    await dead.upload(old, late),
    await dead.complete(old, half),
    await dead.fail(old, false),
    await dead.release(old),
  ]) {
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject(LOST);
  }
  expect((await dead.icon(old)).status).toBe(409);
  expect((await getLogs(owner, id)).body.logs).toBe(before);
  expect((await getBuild(owner, id)).status).toBe("building");

  const made = await heir.finish(lease);
  expect(await getBuild(owner, id)).toMatchObject({
    status: "completed",
    artifact_sha256: made.sha256,
  });
  expect(await credits(owner)).toEqual({ balance: 4, moved: [-1] });
  expect(await filesOf(owner.app.id)).toHaveLength(2);
  expect((await dead.complete(old, half)).body).toMatchObject({ reason: "finished" });
});

test("reports with a builder's own older token are refused", async () => {
  const builder = await FakeBuilder.start();
  const owner = await newOwner();
  const id = await triggered(owner);
  const { lease: old } = await builder.take();
  await builder.fail(old, true);
  const { lease } = await builder.take();
  const made = await artifact();
  await builder.upload(lease, made);
  for (const answer of [
    await builder.accept(old),
    await builder.log(old, 0, "x"),
    await builder.upload(old, await artifact()),
    await builder.complete(old, made),
    await builder.fail(old, false),
    await builder.release(old),
  ]) {
    expect([answer.status, answer.body.reason]).toEqual([409, "lost"]);
  }
  expect((await builder.complete(lease, made)).status).toBe(200);
  expect((await builder.complete(old, made)).body.reason).toBe("finished");
  expect((await getBuild(owner, id)).artifact_sha256).toBe(made.sha256);
});

test("the third lost lease fails the build and returns its credit", async () => {
  const builder = await FakeBuilder.start();
  const owner = await newOwner();
  const id = await triggered(owner);
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    expect((await builder.take()).job.attempt).toBe(attempt);
    clock.pass(LEASE_MS + 1_000);
    await runAlarm(owner.app.id);
  }
  expect(await getBuild(owner, id)).toMatchObject({
    status: "failed",
    error_message: "Lost contact with the builder 3 times.",
  });
  expect(await credits(owner)).toEqual({ balance: 5, moved: [-1, 1] });
});

test("no attempt holds a job longer than ten minutes, even with heartbeats", async () => {
  const builder = await FakeBuilder.start();
  const owner = await newOwner();
  await triggered(owner);
  const { lease } = await builder.take();
  for (let passed = 0; passed < MAX_ATTEMPT_MS - HEARTBEAT_MS; passed += HEARTBEAT_MS) {
    clock.pass(HEARTBEAT_MS);
    await runAlarm(owner.app.id);
    expect(await builder.heartbeat(lease)).toEqual({ cancel: false });
  }
  clock.pass(HEARTBEAT_MS + 1_000);
  await runAlarm(owner.app.id);
  expect(await builder.heartbeat(lease)).toEqual({ cancel: true, reason: "lost" });
});

test("a build that has waited for an hour fails and returns its credit", async () => {
  await FakeBuilder.start();
  const owner = await newOwner();
  const id = await triggered(owner);
  clock.pass(59 * 60_000);
  await runAlarm(owner.app.id);
  expect((await getBuild(owner, id)).status).toBe("pending");
  clock.pass(2 * 60_000);
  await runAlarm(owner.app.id);
  expect(await getBuild(owner, id)).toMatchObject({
    status: "failed",
    error_message: "No builder finished the build within an hour.",
  });
  expect(await credits(owner)).toEqual({ balance: 5, moved: [-1, 1] });
  // the pool still has it, and no builder gets it
  expect(await (await FakeBuilder.register()).lease()).toBeNull();
});
