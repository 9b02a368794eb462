// The builder when all is well: what it makes of a job, in which order, and how many at once.
import { createHash, randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import type { Packager } from "../../../builder/packager.ts";
import { CompleteReport, LeaseRequest } from "../../../src/protocol/builder.ts";
import { CAPABILITIES } from "./harness.ts";
import { useStage } from "./setup.ts";

const stage = useStage();

test("a queued build is accepted, made, uploaded and completed", async () => {
  const { api } = stage;
  const iconBytes = randomBytes(3000);
  const build = api.enqueue({ iconBytes, earlierLog: "attempt one was here\n", attempt: 2 });
  const builder = stage.builder();
  const event = await builder.event("job_completed");

  const artifact = Buffer.from("apk of com.example.cafe, icon 3000");
  const sha256 = createHash("sha256").update(artifact).digest("hex");
  expect(build.state).toBe("completed");
  expect(Buffer.from(build.artifact ?? [])).toEqual(artifact);
  expect(CompleteReport.parse(JSON.parse(String(api.of("complete")[0]?.body)))).toEqual({
    artifact_sha256: sha256,
    artifact_size: artifact.length,
  });
  expect(event).toMatchObject({ build_id: 1, bytes: artifact.length, builder: "test-builder" });
  expect(event["ms"]).toEqual(expect.any(Number));
  const log = build.log
    .toString()
    .replaceAll(/\d+ ms/g, "N ms")
    .split("\n");
  expect(log).toEqual([
    "attempt one was here",
    "Slipway builder test-builder, build 1, attempt 2",
    "App: Café 茶 (com.example.cafe) 1.0.0 (1), debug apk",
    "Icon: image/png, 3.0 kB, fetched in N ms",
    "packaging com.example.cafe",
    "Made and verified: 0.0 kB in N ms",
    `SHA-256: ${sha256}`,
    "",
  ]);
});

test("layers are fetched beside the icon, and without one", async () => {
  const { api } = stage;
  const layers = { foregroundBytes: randomBytes(5000), monochromeBytes: randomBytes(700) };
  const [both, alone] = [
    api.enqueue({ ...layers, iconBytes: randomBytes(30) }),
    api.enqueue(layers),
  ];
  stage.builder();
  await api.until(() => [both, alone].every(({ state }) => state === "completed"));
  expect(String(both.artifact)).toBe("apk of com.example.cafe, icon 30, layer 5000, layer 700");
  expect(String(alone.artifact)).toBe("apk of com.example.cafe, icon 0, layer 5000, layer 700");
  expect(api.of("icon")).toHaveLength(1);
  const log = alone.log.toString().replaceAll(/\d+ ms/g, "N ms");
  expect(log).toContain("Icon: none given, drawn from the name\n");
  expect(log).toContain("Icon's foreground layer: image/png, 5.0 kB, fetched in N ms\n");
  expect(log).toContain("Icon's monochrome layer: image/png, 0.7 kB, fetched in N ms\n");
});

test("no icon is fetched for a job without one", async () => {
  const { api } = stage;
  const build = api.enqueue();
  await stage.builder().event("job_completed");
  expect(String(build.artifact)).toBe("apk of com.example.cafe, icon 0");
  for (const verb of ["icon", "icon/foreground", "icon/monochrome"] as const) {
    expect(api.of(verb)).toEqual([]);
  }
  expect(build.log.toString()).toContain("Icon: none given, drawn from the name\n");
});

test("a build without faults makes one call of each kind", async () => {
  const { api } = stage;
  api.enqueue();
  await stage.builder({ timing: { logFlush: 20_000 } }).event("job_completed");
  const verbs = api.calls.filter(({ buildId }) => buildId !== null).map(({ verb }) => verb);
  expect(verbs.toSorted()).toEqual(["accept", "artifact", "complete", "log"]);
  expect(verbs.at(-1)).toBe("complete");
});

test("a waiting builder takes a job from its open poll and accepts it over the same connection", async () => {
  const { api } = stage;
  stage.builder({ concurrency: 1 });
  await api.until(() => api.of("lease").length === 2);
  const before = api.connections;
  const build = api.enqueue();
  await api.until(() => build.state === "leased");
  expect(api.connections).toBe(before);
});

test("the lease request says what the builder can make, what it works on and how many jobs it takes", async () => {
  const { api } = stage;
  const hold = Promise.withResolvers<void>();
  api.plan("complete", { kind: "wait", until: hold.promise });
  stage.builder({ concurrency: 2 });
  await api.until(() => api.of("lease").length === 2);
  api.enqueue();
  await api.until(() => api.of("lease").length === 3);
  const requests = api.of("lease").map(({ body }) => LeaseRequest.parse(JSON.parse(String(body))));
  expect(requests).toEqual([
    { capabilities: CAPABILITIES, wait_ms: 0, current_jobs: [], slots: 2 },
    { capabilities: CAPABILITIES, wait_ms: 20_000, current_jobs: [], slots: 2 },
    { capabilities: CAPABILITIES, wait_ms: 20_000, current_jobs: [1], slots: 2 },
  ]);
  hold.resolve();
});

test.each([1, 3])("with CONCURRENCY %i that many jobs run at once, and no more", async (limit) => {
  const { api } = stage;
  const total = 7;
  let running = 0;
  let most = 0;
  const full = Promise.withResolvers<void>();
  const packager: Packager = async () => {
    most = Math.max(most, ++running);
    if (running === limit) full.resolve();
    // The first jobs stay until all slots are taken: without that many at once the test would hang.
    await full.promise;
    running--;
    return new Uint8Array(1);
  };
  for (let n = 0; n < total; n++) api.enqueue();
  stage.builder({ concurrency: limit, packager });
  await api.until(() => [...api.builds.values()].every(({ state }) => state === "completed"));
  expect(most).toBe(limit);
  expect(api.of("accept")).toHaveLength(total);
});

test("a full builder does not ask for another job", async () => {
  const { api } = stage;
  const hold = Promise.withResolvers<void>();
  const packager: Packager = async () => {
    await hold.promise;
    return new Uint8Array(1);
  };
  const [first, second] = [api.enqueue(), api.enqueue()];
  const builder = stage.builder({ concurrency: 1, packager });
  await builder.event("job_accepted");
  expect(api.of("lease")).toHaveLength(1);
  hold.resolve();
  await api.until(() => second.state === "completed");
  expect(first.state).toBe("completed");
});

test("a log longer than one chunk arrives whole and in order", async () => {
  const { api } = stage;
  const lines = Array.from({ length: 4000 }, (_, n) => `line ${n} ${"x".repeat(30)}`);
  const packager: Packager = async (_job, _icon, log) => {
    for (const line of lines) log(line);
    return new Uint8Array(1);
  };
  const build = api.enqueue();
  await stage.builder({ packager }).event("job_completed");
  expect(api.of("log").length).toBeGreaterThan(1);
  expect(build.log.toString()).toContain(`${lines.join("\n")}\n`);
});

test("line breaks and control characters in a log line become spaces", async () => {
  const { api } = stage;
  const packager: Packager = async (_job, _icon, log) => {
    log("one\r\ntwo\u001b[2J");
    return new Uint8Array(1);
  };
  const build = api.enqueue();
  await stage.builder({ packager }).event("job_completed");
  expect(build.log.toString().split("\n")).toContain("one  two [2J");
});
