// Every kind of report is refused under any lease but the one that counts, and then changes nothing.
import { runInDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import type { LeaseRef, Report } from "../../../src/domain/ports/builds.ts";
import { getLogs, lockOf, triggered, useTestClock } from "../../support/builds.ts";
import { FakeBuilder, type Lease } from "../../support/fake-builder.ts";
import { newOwner, type Owner } from "../../support/scenario.ts";

useTestClock();

const SHA256 = "0".repeat(64);
const REPORTS: Report[] = [
  { kind: "accept" },
  { kind: "heartbeat" },
  { kind: "check" },
  { kind: "append_log", offset: 0, bytes: new TextEncoder().encode("a line\n") },
  { kind: "expect_artifact", key: "a-key" },
  { kind: "record_artifact", artifact: { key: "a-key", size: 1, sha256: SHA256 } },
  { kind: "complete", sha256: SHA256, size: 1 },
  { kind: "fail", code: "it_broke", message: "It broke.", retryable: true },
  { kind: "release" },
];
const OVER = { kind: "over", reason: "lost" };

function refOf(builder: FakeBuilder, lease: Lease): LeaseRef {
  return {
    buildId: lease.build_id,
    builderId: builder.id,
    fencingToken: lease.fencing_token,
  };
}

/** What the lock keeps, its log included. */
async function keptBy(owner: Owner, buildId: number): Promise<unknown> {
  const state = await runInDurableObject(lockOf(owner.app.id), (_lock, { storage }) =>
    storage.kv.get("state"),
  );
  return { state, log: (await getLogs(owner, buildId)).body.logs };
}

test.each(REPORTS)("$kind is refused under another token, builder or build", async (report) => {
  const builder = await FakeBuilder.start();
  const owner = await newOwner();
  const id = await triggered(owner);
  const { lease } = await builder.take();
  const ref = refOf(builder, lease);
  const before = await keptBy(owner, id);
  const lock = lockOf(owner.app.id);
  for (const wrong of [
    { ...ref, fencingToken: crypto.randomUUID() },
    { ...ref, fencingToken: "" },
    { ...ref, builderId: ref.builderId + 1 },
  ]) {
    expect(await lock.report(wrong, report)).toEqual(OVER);
  }
  expect(await lock.report({ ...ref, buildId: id + 1 }, report)).toEqual({
    kind: "over",
    reason: "finished",
  });
  expect(await keptBy(owner, id)).toEqual(before);
  await builder.release(lease);
});

test.each(REPORTS.filter(({ kind }) => kind !== "accept" && kind !== "release"))(
  "$kind is refused before the offer is accepted",
  async (report) => {
    const builder = await FakeBuilder.start();
    const owner = await newOwner();
    const id = await triggered(owner);
    const offer = await builder.lease(5000);
    const before = await keptBy(owner, id);
    expect(await lockOf(owner.app.id).report(refOf(builder, offer!), report)).toEqual(OVER);
    expect(await keptBy(owner, id)).toEqual(before);
    expect((await builder.accept(offer!)).status).toBe(200);
  },
);
