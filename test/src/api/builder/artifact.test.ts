// A build's artifact: which uploads are accepted, and what completing the build needs.
import { expect, test } from "vitest";
import { MAX_ARTIFACT_BYTES } from "../../../../src/protocol/builder.ts";
import { filesOf, getBuild, triggered, useTestClock } from "../../../support/builds.ts";
import { artifact, FakeBuilder } from "../../../support/fake-builder.ts";
import { api, send } from "../../../support/worker.ts";
import { newOwner } from "../../../support/scenario.ts";

useTestClock();

async function running() {
  const builder = await FakeBuilder.start();
  const owner = await newOwner();
  const id = await triggered(owner);
  const { lease } = await builder.take();
  return { builder, owner, id, lease };
}

function streamOf(chunks: Uint8Array[], end: "closes" | "breaks" = "closes"): ReadableStream {
  return new ReadableStream({
    pull(controller) {
      const chunk = chunks.shift();
      if (chunk) controller.enqueue(chunk);
      else if (end === "closes") controller.close();
      else controller.error(new Error("the connection broke"));
    },
  });
}

test("bytes that do not match the digest are refused, and so is completing the build with them", async () => {
  const { builder, owner, id, lease } = await running();
  const [made, other] = [await artifact(), await artifact()];
  const refused = await builder.upload(lease, made, { sha256: other.sha256 });
  expect([refused.status, refused.body.error]).toEqual([422, "artifact_mismatch"]);
  expect(await filesOf(owner.app.id)).toEqual([]);
  for (const claimed of [made, other]) {
    const missing = await builder.complete(lease, claimed);
    expect([missing.status, missing.body.error]).toEqual([422, "artifact_missing"]);
  }
  expect((await getBuild(owner, id)).status).toBe("building");
  await builder.finish(lease, made);
});

test.each([
  ["no Content-Length", { length: null }],
  ["a Content-Length that is no number", { length: "many" }],
  ["a Content-Length of 0", { length: "0" }],
  ["no digest", { sha256: null }],
  ["a malformed digest", { sha256: "abc" }],
  ["a digest in capitals", { sha256: "A".repeat(64) }],
])("an upload with %s is refused", async (_what, claims) => {
  const { builder, lease } = await running();
  const made = await artifact();
  const chunked = { body: streamOf([made.bytes]), ...claims };
  const refused = await builder.upload(lease, made, chunked);
  expect([refused.status, refused.body.error]).toEqual([422, "invalid_request"]);
  await builder.finish(lease, made);
});

test.each([
  ["shorter than", 1],
  ["longer than", -1],
])("a body %s announced is refused", async (_how, difference) => {
  const { builder, owner, lease } = await running();
  const made = await artifact();
  const refused = await builder.upload(lease, made, {
    length: String(made.bytes.length + difference),
    body: streamOf([made.bytes]),
  });
  expect([refused.status, refused.body.error]).toEqual([422, "artifact_mismatch"]);
  expect(await filesOf(owner.app.id)).toEqual([]);
});

test("an artifact over the limit is refused before it is read", async () => {
  const { builder, lease } = await running();
  const made = await artifact(10);
  const refused = await builder.upload(lease, made, {
    length: String(MAX_ARTIFACT_BYTES + 1),
    body: streamOf([made.bytes], "breaks"),
  });
  expect([refused.status, refused.body.error]).toEqual([413, "too_large"]);
});

test("an upload that breaks off leaves no file and may be sent again", async () => {
  const { builder, owner, id, lease } = await running();
  const made = await artifact(200_000);
  const cut = await builder.upload(lease, made, {
    body: streamOf([made.bytes.slice(0, 100_000)], "breaks"),
  });
  expect(cut.status).toBe(422);
  expect(await filesOf(owner.app.id)).toEqual([]);
  await builder.finish(lease, made);
  expect((await getBuild(owner, id)).artifact_size).toBe(200_000);
});

test("a second upload replaces the first, whose file is deleted", async () => {
  const { builder, owner, id, lease } = await running();
  const [first, second] = [await artifact(), await artifact()];
  await builder.upload(lease, first);
  await builder.upload(lease, second);
  expect((await builder.complete(lease, first)).body.error).toBe("artifact_missing");
  expect((await builder.complete(lease, second)).status).toBe(200);
  expect((await getBuild(owner, id)).artifact_sha256).toBe(second.sha256);
  expect(await filesOf(owner.app.id)).toHaveLength(2);
});

test("an upload that ends after its build completed is refused and leaves the artifact in place", async () => {
  const { builder, owner, id, lease } = await running();
  const made = await artifact(100_000);
  const { readable, writable } = new FixedLengthStream(made.bytes.length);
  const writer = writable.getWriter();
  // the builder gave up waiting for this one and sent it again
  const slow = builder.upload(lease, made, { body: readable });
  await writer.write(made.bytes.subarray(0, 50_000));
  await builder.finish(lease, made);
  await writer.write(made.bytes.subarray(50_000));
  await writer.close();
  expect((await slow).body).toMatchObject({ error: "lease_lost", reason: "finished" });
  const link = await api("GET", `/api/v1/builds/${id}/download`, { token: owner.account.key });
  expect(link.status).toBe(200);
  expect((await send("GET", link.body.download_url)).status).toBe(200);
  expect(await filesOf(owner.app.id)).toHaveLength(2);
});

test("completing without an upload, or with another size, is refused", async () => {
  const { builder, lease } = await running();
  const made = await artifact();
  expect((await builder.complete(lease, made)).body.error).toBe("artifact_missing");
  await builder.upload(lease, made);
  const wrong = { ...made, bytes: made.bytes.slice(1) };
  expect((await builder.complete(lease, wrong)).body.error).toBe("artifact_missing");
  expect((await builder.complete(lease, made)).status).toBe(200);
});

test("completing may be repeated by the builder that has the job, and is refused to another", async () => {
  const { builder, owner, id, lease } = await running();
  const other = await FakeBuilder.start();
  const made = await artifact();
  await builder.upload(lease, made);
  const foreign = await other.complete(lease, made);
  expect([foreign.status, foreign.body.reason]).toEqual([409, "lost"]);
  expect((await getBuild(owner, id)).status).toBe("building");
  const answers = await Promise.all([1, 2, 3].map(() => builder.complete(lease, made)));
  expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200]);
  expect((await builder.complete(lease, made)).status).toBe(200);
  const late = await other.complete(lease, made);
  expect([late.status, late.body.reason]).toEqual([409, "finished"]);
  expect((await builder.fail(lease, false)).body.reason).toBe("finished");
  expect((await getBuild(owner, id)).status).toBe("completed");
});

test("a later attempt can't complete with the artifact that an earlier one uploaded", async () => {
  const { builder, lease } = await running();
  const made = await artifact();
  await builder.upload(lease, made);
  await builder.fail(lease, true);
  const { lease: second } = await builder.take();
  expect((await builder.complete(second, made)).body.error).toBe("artifact_missing");
});
