// A build's life through the public API: completed, failed, tried again, handed back.
import { expect, test } from "vitest";
import {
  credits,
  filesOf,
  getBuild,
  getLogs,
  trigger,
  triggered,
  useTestClock,
} from "../../support/builds.ts";
import { artifact, FakeBuilder } from "../../support/fake-builder.ts";
import { api, send } from "../../support/worker.ts";
import { newOwner } from "../../support/scenario.ts";

const clock = useTestClock();
const LOST = { error: "lease_lost", reason: "lost" };

test("a build goes from pending to completed", async () => {
  const builder = await FakeBuilder.start();
  const owner = await newOwner();
  const id = await triggered(owner);
  expect(await getBuild(owner, id)).toMatchObject({ status: "pending", started_at: null });

  const { lease } = await builder.take();
  expect(await getBuild(owner, id)).toMatchObject({
    status: "building",
    started_at: expect.any(String),
    completed_at: null,
    artifact_size: null,
    build_duration: null,
  });
  await builder.log(lease, 0, "Working...\n");
  expect((await getLogs(owner, id)).body).toEqual({
    build_id: id,
    status: "building",
    logs: "Working...\n",
    error_message: null,
  });
  expect(await builder.heartbeat(lease)).toEqual({ cancel: false });
  clock.pass(3_500);
  const made = await builder.finish(lease);

  expect(await getBuild(owner, id)).toMatchObject({
    status: "completed",
    artifact_size: made.bytes.length,
    artifact_sha256: made.sha256,
    error_message: null,
    completed_at: expect.any(String),
  });
  const { build_duration } = await getBuild(owner, id);
  expect([4, 5]).toContain(build_duration);
  expect((await getLogs(owner, id)).body).toMatchObject({
    status: "completed",
    logs: "Working...\n",
  });
  const link = await api("GET", `/api/v1/builds/${id}/download`, { token: owner.account.key });
  const file = await send("GET", link.body.download_url);
  expect(new Uint8Array(await file.arrayBuffer())).toEqual(made.bytes);
  expect(await credits(owner)).toEqual({ balance: 4, moved: [-1] });
  // the app can be built again
  expect((await trigger(owner)).status).toBe(201);
});

test("a build that fails for good returns its credit", async () => {
  const builder = await FakeBuilder.start();
  const owner = await newOwner();
  const id = await triggered(owner);
  const { lease } = await builder.take();
  const made = await artifact();
  await builder.upload(lease, made);
  await builder.log(lease, 0, "Oh no\n");
  expect((await builder.fail(lease, false, "The icon can't be read.")).status).toBe(200);
  expect(await getBuild(owner, id)).toMatchObject({
    status: "failed",
    error_message: "The icon can't be read.",
    artifact_size: null,
  });
  expect((await getLogs(owner, id)).body).toEqual({
    build_id: id,
    status: "failed",
    logs: "Oh no\n",
    error_message: "The icon can't be read.",
  });
  expect(await credits(owner)).toEqual({ balance: 5, moved: [-1, 1] });
  expect(await filesOf(owner.app.id)).toEqual([`apps/${owner.app.id}/builds/${id}/log.txt`]);
  // its answer may have got lost
  expect((await builder.fail(lease, false)).status).toBe(200);
  expect((await builder.complete(lease, made)).body).toMatchObject({
    error: "lease_lost",
    reason: "finished",
  });
  expect(await credits(owner)).toEqual({ balance: 5, moved: [-1, 1] });
  expect((await trigger(owner)).status).toBe(201);
});

test("a retryable failure puts the build at the front of the queue; the third one fails it", async () => {
  const builder = await FakeBuilder.start();
  const owner = await newOwner();
  const id = await triggered(owner);
  const behind = await triggered(await newOwner());
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    const { lease, job } = await builder.take();
    expect(job).toMatchObject({ build_id: id, attempt });
    const written = await builder.log(lease, job.log_offset, `try ${attempt}\n`);
    expect(written.status).toBe(200);
    expect((await builder.fail(lease, true, `Disk full ${attempt}.`)).status).toBe(200);
    const status = attempt < 3 ? "pending" : "failed";
    expect(await getBuild(owner, id)).toMatchObject({ status });
    expect((await builder.heartbeat(lease)).cancel).toBe(true);
  }
  expect(await getBuild(owner, id)).toMatchObject({ error_message: "Disk full 3." });
  expect((await getLogs(owner, id)).body.logs).toBe(
    "try 1\nThe attempt failed: Disk full 1.\n--- Attempt 2 of 3 ---\ntry 2\n" +
      "The attempt failed: Disk full 2.\n--- Attempt 3 of 3 ---\ntry 3\n",
  );
  expect(await credits(owner)).toEqual({ balance: 5, moved: [-1, 1] });
  expect((await builder.take()).job.build_id).toBe(behind);
});

test("a job handed back goes to the front of the queue and does not count as an attempt", async () => {
  const builder = await FakeBuilder.start();
  const owner = await newOwner();
  const id = await triggered(owner);
  await triggered(await newOwner());
  for (let round = 0; round < 5; round += 1) {
    const { lease, job } = await builder.take();
    expect(job).toMatchObject({ build_id: id, attempt: 1 });
    await builder.upload(lease, await artifact());
    expect((await builder.release(lease)).status).toBe(200);
    expect(await getBuild(owner, id)).toMatchObject({ status: "pending" });
    expect((await builder.release(lease)).body).toMatchObject(LOST);
  }
  // also before it was accepted
  const offer = await builder.lease();
  expect((await builder.release(offer!)).status).toBe(200);
  const { lease } = await builder.take();
  await builder.finish(lease);
  expect(await credits(owner)).toEqual({ balance: 4, moved: [-1] });
  // what the earlier attempts uploaded is gone
  expect(await filesOf(owner.app.id)).toHaveLength(2);
});

test("a repeated accept gets the same answer", async () => {
  const builder = await FakeBuilder.start();
  await triggered(await newOwner());
  const { lease, job } = await builder.take();
  const again = await builder.accept(lease);
  expect([again.status, again.body]).toEqual([200, job]);
});
