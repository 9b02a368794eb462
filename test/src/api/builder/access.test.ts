// Access to the builder protocol: who is a builder, which jobs it may report on, and that nothing it sends fails.
import fc from "fast-check";
import { expect, test } from "vitest";
import { FENCING_HEADER, ProtocolError, SHA256_HEADER } from "../../../../src/protocol/builder.ts";
import { credits, getBuild, triggered, useTestClock } from "../../../support/builds.ts";
import { artifact, FakeBuilder } from "../../../support/fake-builder.ts";
import { api, bindings, send } from "../../../support/worker.ts";
import { propertyRuns } from "../../../support/property-runs.ts";
import { newAccount, newOwner } from "../../../support/scenario.ts";

const clock = useTestClock();

const CALLS = [
  ["POST", "lease"],
  ["POST", "jobs/1/accept"],
  ["POST", "jobs/1/heartbeat"],
  ["GET", "jobs/1/icon"],
  ["GET", "jobs/1/icon/foreground"],
  ["GET", "jobs/1/icon/monochrome"],
  ["POST", "jobs/1/log?offset=0"],
  ["PUT", "jobs/1/artifact"],
  ["POST", "jobs/1/complete"],
  ["POST", "jobs/1/fail"],
  ["POST", "jobs/1/release"],
] as const;

test.each(CALLS)("%s %s answers 401 without a builder's token", async (method, path) => {
  const { key } = await newAccount();
  const tokens = [
    undefined,
    "garbage",
    key,
    bindings.ADMIN_TOKEN,
    `sw_bld_${"A".repeat(43)}`,
    `sw_bld_${"A".repeat(42)}B`,
  ];
  for (const token of tokens) {
    const refused = await api(method, `/builder/v1/${path}`, token === undefined ? {} : { token });
    expect(refused.status).toBe(401);
    expect(ProtocolError.parse(refused.body).error).toBe("unauthenticated");
  }
});

test.each(CALLS.slice(1))("%s %s answers 404 for an unknown job", async (method, path) => {
  const builder = await FakeBuilder.register();
  const made = await artifact(10);
  const bodies: Record<string, string> = {
    complete: JSON.stringify({ artifact_sha256: made.sha256, artifact_size: 10 }),
    fail: JSON.stringify({ code: "x", message: "x", retryable: false }),
  };
  const verb = path.split("/")[2] ?? "";
  const isUpload = verb === "artifact";
  for (const id of ["999999999", "0", "-1", "1.5", "x", "9".repeat(30)]) {
    const body = isUpload ? made.bytes : bodies[verb];
    const missing = await api(method, `/builder/v1/${path.replace("/1/", `/${id}/`)}`, {
      token: builder.token,
      ...(body === undefined ? {} : { body }),
      headers: isUpload ? { "content-length": "10", [SHA256_HEADER]: made.sha256 } : {},
    });
    expect([missing.status, ProtocolError.parse(missing.body).error]).toEqual([404, "not_found"]);
  }
});

test("a builder can't report on another builder's lease", async () => {
  const [holder, thief] = [await FakeBuilder.start(), await FakeBuilder.start()];
  const owner = await newOwner();
  const id = await triggered(owner);
  const offer = (await holder.lease())!;
  expect((await thief.accept(offer)).status).toBe(409);
  expect((await holder.accept(offer)).status).toBe(200);
  const made = await artifact();
  await holder.upload(offer, made);
  expect(await thief.heartbeat(offer)).toEqual({ cancel: true, reason: "lost" });
  for (const answer of [
    await thief.log(offer, 0, "mine"),
    await thief.upload(offer, made),
    await thief.complete(offer, made),
    await thief.fail(offer, false),
    await thief.release(offer),
  ]) {
    expect([answer.status, answer.body.error]).toEqual([409, "lease_lost"]);
  }
  expect((await thief.icon(offer)).status).toBe(409);
  expect((await getBuild(owner, id)).status).toBe("building");
  // neither can the holder with a fencing token that is not the lease's
  for (const fencing_token of ["", "1", offer.fencing_token.slice(1)]) {
    expect((await holder.accept({ ...offer, fencing_token })).status).toBe(409);
  }
  expect((await holder.complete(offer, made)).status).toBe(200);
});

test("a builder can't report on a job that it has not accepted", async () => {
  const builder = await FakeBuilder.start();
  const owner = await newOwner();
  const id = await triggered(owner);
  const offer = (await builder.lease())!;
  const made = await artifact();
  for (const answer of [
    await builder.log(offer, 0, "early"),
    await builder.upload(offer, made),
    await builder.complete(offer, made),
    await builder.fail(offer, true),
  ]) {
    expect([answer.status, answer.body.reason]).toEqual([409, "lost"]);
  }
  expect((await builder.accept(offer)).status).toBe(200);
  expect((await getBuild(owner, id)).status).toBe("building");
});

test("operators see each builder's state, when it was last heard of and its jobs", async () => {
  const builder = await FakeBuilder.register();
  const listed = await api("GET", "/api/v1/admin/builders", { token: bindings.ADMIN_TOKEN });
  expect(listed.status).toBe(200);
  expect(await builder.state()).toMatchObject({
    state: "offline",
    last_seen_at: null,
    current_jobs: [],
  });
  await builder.ask(0);
  expect(await builder.state()).toMatchObject({ state: "idle", current_jobs: [] });
  await triggered(await newOwner());
  const { lease } = await builder.take();
  await expect
    .poll(() => builder.state())
    .toMatchObject({ state: "busy", current_jobs: [lease.build_id] });
  await builder.ask(0, [lease.build_id]);
  const { last_seen_at: before } = await builder.state();
  clock.pass(20_000);
  await builder.heartbeat(lease);
  await expect.poll(async () => (await builder.state()).last_seen_at > before).toBe(true);
  expect((await builder.state()).current_jobs).toEqual([lease.build_id]);
  const polling = builder.ask(500, [lease.build_id]);
  await builder.finish(lease);
  // at once, and not only when the poll that began during the job is over
  await expect.poll(() => builder.state()).toMatchObject({ state: "idle", current_jobs: [] });
  await polling;
  expect(await builder.state()).toMatchObject({ state: "idle", current_jobs: [] });
  clock.pass(61_000);
  expect(await builder.state()).toMatchObject({ state: "offline", current_jobs: [] });
});

test("wrong methods answer 405 and unknown paths 404, in the protocol's form", async () => {
  const wrong = await api("GET", "/builder/v1/lease");
  expect([wrong.status, ProtocolError.parse(wrong.body).error]).toEqual([
    405,
    "method_not_allowed",
  ]);
  expect(wrong.headers.get("allow")).toBe("POST");
  const unknown = await api("POST", "/builder/v1/nothing");
  expect([unknown.status, ProtocolError.parse(unknown.body).error]).toEqual([404, "not_found"]);
});

test("nothing a builder sends answers 500, and every refusal has the protocol's form", async () => {
  const builder = await FakeBuilder.start();
  const owner = await newOwner();
  const id = await triggered(owner);
  const { lease } = await builder.take();
  const headerText = fc.string({
    unit: fc.integer({ min: 0x21, max: 0x7e }).map((c) => String.fromCharCode(c)),
  });
  const body = fc.oneof(
    fc.json(),
    fc.string(),
    fc.uint8Array({ maxLength: 300 }).map((bytes) => new Uint8Array(bytes)),
    fc
      .record(
        {
          capabilities: fc.jsonValue(),
          wait_ms: fc.oneof(fc.constant(0), fc.constant(-1), fc.string()),
          current_jobs: fc.jsonValue(),
          artifact_sha256: fc.oneof(fc.string(), fc.constant("a".repeat(64))),
          artifact_size: fc.oneof(fc.integer(), fc.double()),
          code: fc.string(),
          message: fc.oneof(fc.string(), fc.constant("x".repeat(2001))),
          retryable: fc.oneof(fc.constant("no"), fc.integer()),
        },
        { requiredKeys: [] },
      )
      .map((value) => JSON.stringify(value)),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...CALLS.filter(([method]) => method !== "GET")),
      fc.oneof(fc.constant(String(id)), headerText.map(encodeURIComponent)),
      fc.oneof(fc.constant(lease.fencing_token), headerText),
      fc.oneof(fc.constant(""), headerText.map(encodeURIComponent), fc.nat().map(String)),
      fc.option(fc.oneof(headerText, fc.nat().map(String)), { nil: undefined }),
      body,
      async ([method, path], job, token, offset, length, sent) => {
        const target = path.replace("/1/", `/${job}/`).replace("=0", `=${offset}`);
        // a valid release is left out, since it gives the job back on purpose
        if (job === String(id) && token === lease.fencing_token && target.endsWith("release"))
          return;
        const response = await send(method, `/builder/v1/${target}`, {
          token: builder.token,
          headers: {
            [FENCING_HEADER]: token,
            [SHA256_HEADER]: token,
            ...(length === undefined || !target.endsWith("artifact")
              ? {}
              : { "content-length": length }),
          },
          body: sent,
        });
        expect(response.status).toBeLessThan(500);
        const text = await response.text();
        if (response.status >= 400 && response.status !== 416)
          ProtocolError.parse(JSON.parse(text));
      },
    ),
    { numRuns: propertyRuns(300) },
  );
  await builder.finish(lease);
  expect(await getBuild(owner, id)).toMatchObject({ status: "completed" });
  expect(await credits(owner)).toEqual({ balance: 4, moved: [-1] });
});
