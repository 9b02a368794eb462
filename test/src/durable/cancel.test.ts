// Cancelling a build takes effect at once, whatever its builder is doing, and later reports are refused.
import { expect, test } from "vitest";
import { cancelBuild } from "../../../src/domain/builds/cancel-build.ts";
import type { AccountCtx } from "../../../src/domain/context.ts";
import {
  cancel,
  credits,
  filesOf,
  getBuild,
  getLogs,
  triggered,
  useTestClock,
} from "../../support/builds.ts";
import { testContext } from "../../support/context.ts";
import { artifact, FakeBuilder } from "../../support/fake-builder.ts";
import { newOwner } from "../../support/scenario.ts";

useTestClock();

test("cancelling frees the app at once, tells the builder to stop, and refuses its late reports", async () => {
  const builder = await FakeBuilder.start();
  const owner = await newOwner();
  const id = await triggered(owner);
  const { lease } = await builder.take();
  await builder.log(lease, 0, "Working\n");
  const cancelled = await cancel(owner, id);
  expect([cancelled.status, cancelled.body]).toEqual([
    200,
    { message: "Build cancelled successfully." },
  ]);
  expect(await getBuild(owner, id)).toMatchObject({ status: "cancelled", error_message: null });
  expect(await credits(owner)).toEqual({ balance: 5, moved: [-1, 1] });
  expect((await getLogs(owner, id)).body.logs).toBe("Working\nCancelled.\n");
  const next = await triggered(owner);

  expect(await builder.heartbeat(lease)).toMatchObject({ cancel: true });
  const made = await artifact();
  const answers = [
    await builder.log(lease, 8, "more"),
    await builder.upload(lease, made),
    await builder.complete(lease, made),
    await builder.fail(lease, false),
    await builder.release(lease),
  ];
  for (const answer of answers) {
    expect([answer.status, answer.body.reason]).toEqual([409, "cancelled"]);
  }
  expect(await builder.heartbeat(lease)).toEqual({ cancel: true, reason: "cancelled" });
  expect(await filesOf(owner.app.id)).toEqual([`apps/${owner.app.id}/builds/${id}/log.txt`]);
  expect(await getBuild(owner, id)).toMatchObject({ status: "cancelled" });
  expect(await credits(owner)).toEqual({ balance: 4, moved: [-1, 1, -1] });
  expect((await builder.take()).job.build_id).toBe(next);
});

test("an upload leaves no file when the build is cancelled in the middle of it", async () => {
  const builder = await FakeBuilder.start();
  const owner = await newOwner();
  const id = await triggered(owner);
  const { lease } = await builder.take();
  const made = await artifact(100_000);
  const { readable, writable } = new FixedLengthStream(made.bytes.length);
  const writer = writable.getWriter();
  const uploading = builder.upload(lease, made, { body: readable });
  await writer.write(made.bytes.subarray(0, 50_000));
  expect((await cancel(owner, id)).status).toBe(200);
  await writer.write(made.bytes.subarray(50_000));
  await writer.close();
  expect((await uploading).body).toMatchObject({ error: "lease_lost", reason: "cancelled" });
  expect(await filesOf(owner.app.id)).toEqual([`apps/${owner.app.id}/builds/${id}/log.txt`]);
});

test("a waiting build can be cancelled, and no builder gets it", async () => {
  const builder = await FakeBuilder.start();
  const owner = await newOwner();
  const id = await triggered(owner);
  expect((await cancel(owner, id)).status).toBe(200);
  expect(await builder.lease()).toBeNull();
  expect(await credits(owner)).toEqual({ balance: 5, moved: [-1, 1] });
});

test.each(["completed", "failed", "cancelled"])("a %s build can't be cancelled", async (status) => {
  const builder = await FakeBuilder.start();
  const owner = await newOwner();
  const id = await triggered(owner);
  const { lease } = await builder.take();
  if (status === "completed") await builder.finish(lease);
  if (status === "failed") await builder.fail(lease, false);
  if (status === "cancelled") await cancel(owner, id);
  const before = await credits(owner);
  const refused = await cancel(owner, id);
  expect([refused.status, refused.body]).toEqual([
    400,
    {
      message: "Cannot cancel a build that has already finished.",
      error: "not_cancellable",
      status,
    },
  ]);
  expect(await credits(owner)).toEqual(before);
});

test("either completing or cancelling wins when both come at once", async () => {
  for (let round = 0; round < 5; round += 1) {
    const builder = await FakeBuilder.start();
    const owner = await newOwner();
    const id = await triggered(owner);
    const { lease } = await builder.take();
    const made = await artifact();
    await builder.upload(lease, made);
    const [done, cancelled] = await Promise.all([builder.complete(lease, made), cancel(owner, id)]);
    const { status } = await getBuild(owner, id);
    expect([done.status, cancelled.status, status]).toEqual(
      status === "completed" ? [200, 400, "completed"] : [409, 200, "cancelled"],
    );
    expect((await credits(owner)).balance).toBe(status === "completed" ? 4 : 5);
    expect(await filesOf(owner.app.id)).toHaveLength(status === "completed" ? 2 : 1);
  }
});

test("a refusal states the status the lock knows, since a copy of the database may be behind", async () => {
  await FakeBuilder.start();
  const owner = await newOwner();
  const id = await triggered(owner);
  const lock = { cancel: async () => ({ cancelled: false, status: "completed", bookmark: null }) };
  const by = { kind: "key", keyId: 1, name: "test" };
  const principal = { accountId: owner.account.id, appIds: null, by };
  const ctx = { ...testContext().ctx, principal, buildLock: () => lock };
  await expect(cancelBuild(ctx as unknown as AccountCtx, id)).rejects.toMatchObject({
    refusal: { code: "not_cancellable", status: "completed" },
  });
});
