// Processes killed in the middle of a build: no build is lost, made twice or paid for twice.
import { createHash } from "node:crypto";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { LEASE_MS } from "../../src/protocol/builder.ts";
import { TestStack, until } from "./stack.ts";

const stack = new TestStack();
let appId: number;

beforeAll(async () => {
  await stack.start();
  await stack.openAccount();
  // a large picture of noise takes a builder long enough to be caught at it
  const noise = sharp({
    create: {
      width: 4096,
      height: 4096,
      channels: 3,
      background: "#336699",
      noise: { type: "gaussian", mean: 128, sigma: 30 },
    },
  });
  appId = await stack.slowApp(await noise.jpeg({ quality: 30 }).toBuffer());
});

afterAll(async () => stack.stop());

test("a builder killed in mid-build: the job completes on another one, once", async () => {
  const before = await stack.credits();
  const buildId = await stack.trigger(appId);
  await stack.reaches(buildId, ["building"], 10_000);
  process.kill(stack.note().pids.builder ?? 0, "SIGKILL");
  const killedAt = Date.now();
  await stack.addBuilder("second");

  const build = await stack.reaches(buildId, ["completed", "failed"], LEASE_MS + 30_000);
  expect(build.status).toBe("completed");
  expect(Date.now() - killedAt).toBeLessThanOrEqual(60_000);
  expect(await stack.credits()).toBe(before - 1);
  const { body } = await stack.call("GET", `/api/v1/builds/${buildId}/logs`);
  expect(body.logs).toContain("Attempt 2 of 3");
  await downloads(buildId, build.artifact_sha256);
});

test("the Worker killed in mid-build: state comes back and the build ends, once", async () => {
  const before = await stack.credits();
  const buildId = await stack.trigger(appId);
  await stack.reaches(buildId, ["building"], 10_000);
  const { worker } = stack.note().pids;
  process.kill(worker ?? 0, "SIGKILL");
  await until("workerd to be started again", 20_000, () => {
    const { pids } = stack.note();
    return pids.worker !== null && pids.worker !== worker;
  });

  const build = await stack.reaches(buildId, ["completed", "failed"], LEASE_MS + 30_000);
  expect(build.status).toBe("completed");
  expect(await stack.credits()).toBe(before - 1);
  await downloads(buildId, build.artifact_sha256);
});

test("a builder and the Worker killed at once: the lock's alarm outlives both", async () => {
  const before = await stack.credits();
  const buildId = await stack.trigger(appId);
  await stack.reaches(buildId, ["building"], 10_000);
  const { worker } = stack.note().pids;
  for (const pid of stack.builderPids()) process.kill(pid, "SIGKILL");
  process.kill(worker ?? 0, "SIGKILL");

  const build = await stack.reaches(buildId, ["completed", "failed"], LEASE_MS + 60_000);
  expect(build.status).toBe("completed");
  expect(await stack.credits()).toBe(before - 1);
});

/** The artifact is the one the build says it made. */
async function downloads(buildId: number, sha256: string): Promise<void> {
  const { body } = await stack.call("GET", `/api/v1/builds/${buildId}/download`);
  const bytes = await (await fetch(body.download_url)).arrayBuffer();
  expect(createHash("sha256").update(new Uint8Array(bytes)).digest("hex")).toBe(sha256);
}
