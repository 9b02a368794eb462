// Draining a builder: it gets no new jobs and finishes those that it has, whoever is told of it when, and whatever is lost.
import { runInDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import { getBuild, pool, trigger, triggered, useTestClock } from "../../support/builds.ts";
import { FakeBuilder } from "../../support/fake-builder.ts";
import { admin, bindings, rows } from "../../support/worker.ts";
import { newOwner } from "../../support/scenario.ts";
import { breakOnce } from "./faults.ts";

const clock = useTestClock();

const drain = async ({ id }: FakeBuilder) => admin("POST", `/builders/${id}/drain`);
const resume = async ({ id }: FakeBuilder) => admin("POST", `/builders/${id}/resume`);

/** Waits until the pool has noted the request of this builder. */
async function noted({ id }: FakeBuilder): Promise<void> {
  const isNoted = () =>
    runInDurableObject(
      pool(),
      (_, state) =>
        state.storage.sql.exec("SELECT 1 FROM builders WHERE id = ?", id).toArray().length,
    );
  await expect.poll(isNoted).toBe(1);
}

test("a host that drains finishes what it has, gets nothing new, and says when it is done", async () => {
  const [builder, other] = [await FakeBuilder.start(), await FakeBuilder.start()];
  const [first, second] = [await newOwner(), await newOwner()];
  const id = await triggered(first);
  const { lease } = await builder.take();
  const answer = await drain(builder);
  expect([answer.status, answer.body.data]).toMatchObject([
    200,
    { id: builder.id, state: "draining", current_jobs: [id], draining_since: expect.any(String) },
  ]);
  const next = await triggered(second);
  expect(await builder.lease()).toBeNull();
  expect((await builder.heartbeat(lease)).cancel).toBe(false);
  await builder.finish(lease);
  expect(await getBuild(first, id)).toMatchObject({ status: "completed" });
  expect((await builder.ask(0)).status).toBe(204);
  expect(await builder.state()).toMatchObject({ state: "drained", current_jobs: [] });
  expect((await other.lease())?.build_id).toBe(next);
});

test("draining answers an open long poll at once, and later ones wait in vain until it is resumed", async () => {
  const builder = await FakeBuilder.register();
  const asked = builder.ask(20_000);
  await noted(builder);
  const started = performance.now();
  await drain(builder);
  expect((await asked).status).toBe(204);
  expect(performance.now() - started).toBeLessThan(5_000);
  const other = await FakeBuilder.start();
  const offer = builder.lease(20_000);
  const id = await triggered(await newOwner());
  await expect.poll(async () => (await builder.state()).state).toBe("drained");
  const { body } = await resume(builder);
  expect(body.data).toMatchObject({ state: "busy", draining_since: null });
  expect((await offer)?.build_id).toBe(id);
  expect(await other.lease()).toBeNull();
});

test("where every host drains, builds are refused for want of builders", async () => {
  const [builder, other] = [await FakeBuilder.start(), await FakeBuilder.start()];
  await drain(builder);
  const owner = await newOwner();
  await triggered(await newOwner());
  await drain(other);
  expect((await trigger(owner)).status).toBe(503);
  await resume(other);
  expect((await trigger(owner)).status).toBe(201);
});

test("a build that is being offered when its builder begins to drain goes to another one", async () => {
  const [builder, other] = [await FakeBuilder.start(), await FakeBuilder.start()];
  const id = await triggered(await newOwner());
  const offer = Promise.withResolvers<void>();
  const hasBegun = await breakOnce(pool(), "LOCK.offer", { begin: offer.promise });
  const asked = builder.ask(20_000);
  await expect.poll(hasBegun).toBe(true);
  await drain(builder);
  offer.resolve();
  expect((await asked).status).toBe(204);
  expect((await other.lease())?.build_id).toBe(id);
  expect(await builder.state()).toMatchObject({ state: "drained", current_jobs: [] });
});

test("a host is not drained while it has an offer that it may still accept", async () => {
  const builder = await FakeBuilder.start();
  const id = await triggered(await newOwner());
  const lease = await builder.lease();
  expect((await drain(builder)).body.data).toMatchObject({ state: "draining", current_jobs: [id] });
  expect((await builder.accept(lease!)).status).toBe(200);
  await builder.finish(lease!);
  await expect.poll(async () => (await builder.state()).state).toBe("drained");
});

test("a pool that lost everything learns from the builder's next request that it drains", async () => {
  const builder = await FakeBuilder.start();
  await drain(builder);
  await runInDurableObject(pool(), (_, state) => {
    for (const table of ["queue", "builders", "held", "served"]) {
      state.storage.sql.exec(`DELETE FROM ${table}`);
    }
  });
  expect((await builder.ask(0)).status).toBe(204);
  expect((await trigger(await newOwner())).status).toBe(503);
  expect(await builder.state()).toMatchObject({ state: "drained" });
});

test("a pool that could not be reached learns of it all the same, and so does the operator's second try", async () => {
  const builder = await FakeBuilder.start();
  // As when the database was written, and the call to the pool failed.
  await rows(
    "UPDATE builders SET draining_since = 1, drain_changes = drain_changes + 1 WHERE id = ?",
    builder.id,
  );
  expect((await trigger(await newOwner())).status).toBe(201);
  expect((await builder.state()).state, "it may still be given a job").toBe("draining");
  await drain(builder);
  expect((await builder.state()).state).toBe("drained");
  expect((await trigger(await newOwner())).status).toBe(503);
  expect(await builder.lease()).toBeNull();
});

test("a request that was let in before the change does not undo it", async () => {
  const builder = await FakeBuilder.start();
  await triggered(await newOwner());
  await drain(builder);
  await runInDurableObject(pool(), async (instance) => {
    const object = instance as unknown as { lease: (request: object) => Promise<unknown> };
    const request = {
      waiterId: "w",
      builderId: builder.id,
      capabilities: { platforms: ["android-webview"], formats: ["apk"] },
      currentJobs: [],
      slots: null,
      // What the row said before.
      drain: { isDraining: false, changes: 0 },
      waitMs: 0,
    };
    expect(await object.lease(request)).toBeNull();
  });
});

test("what drains may do so again, what does not may be resumed, and a host that is gone is neither", async () => {
  const builder = await FakeBuilder.start();
  const first = await drain(builder);
  clock.pass(5_000);
  expect((await drain(builder)).body.data.draining_since).toBe(first.body.data.draining_since);
  await resume(builder);
  expect((await resume(builder)).body.data).toMatchObject({ state: "idle", draining_since: null });
  expect((await drain(builder)).body.data.state).toBe("drained");
  clock.pass(61_000);
  expect(await builder.state()).toMatchObject({
    state: "offline",
    draining_since: expect.any(String),
  });
  await admin("DELETE", `/builders/${builder.id}`);
  for (const answer of [await drain(builder), await resume(builder)]) {
    expect([answer.status, answer.body]).toEqual([404, { message: "Builder not found." }]);
  }
  const listed = await bindings.DB.prepare("SELECT 1 FROM builders WHERE id = ?")
    .bind(builder.id)
    .all();
  expect(listed.results).toEqual([]);
});
