// Processes are killed in the middle of a build: no build is lost, made twice or paid for twice. The tests wait for
// leases to lapse, which they do side by side, each with a stack of its own.
import { createHash } from "node:crypto";
import sharp from "sharp";
import { afterAll, expect, test } from "vitest";
import { LEASE_MS } from "../../src/protocol/builder.ts";
import { startStack } from "./stack.ts";
import { StackClient, until } from "./client.ts";

/** A killed builder's build is done again within this, ms. */
const RECOVERY_MS = 60_000;

const clients: StackClient[] = [];
afterAll(async () => {
  await Promise.all(clients.map(async (client) => client.stop()));
});

test.concurrent("a build completes once on another builder when its builder is killed", async () => {
  const { client, appId } = await stackWithSlowApp();
  const other = await client.newApp();
  const before = await client.credits();
  // the stack's own builder has waited for longer: it gets the first job, and asks for more after the victim
  const victim = await client.addBuilder("victim");
  await client.reaches(await client.trigger(other), ["completed"], 30_000);
  const buildId = await client.trigger(appId);
  await client.reaches(buildId, ["building"], 30_000);
  kill(victim);
  const killedAt = Date.now();

  const build = await client.reaches(buildId, ["completed", "failed"], LEASE_MS + 30_000);
  const tookMs = Date.now() - killedAt;
  expect(build.status).toBe("completed");
  expect(tookMs, client.logs()).toBeLessThanOrEqual(RECOVERY_MS);
  expect(await client.credits()).toBe(before - 2);
  const { body } = await client.call("GET", `/api/v1/builds/${buildId}/logs`);
  expect(body.logs).toMatch(/Slipway builder local, build \d+, attempt 2/);
  await expectArtifact(client, build);
});

test.concurrent("a build completes once when the Worker is killed during it", async () => {
  const { client, appId } = await stackWithSlowApp();
  const before = await client.credits();
  const buildId = await client.trigger(appId);
  await client.reaches(buildId, ["building"], 30_000);
  const { worker } = client.note.pids;
  kill(worker);
  await until("workerd to be started again", 20_000, () => {
    const { pids } = client.note;
    return pids.worker !== null && pids.worker !== worker;
  });

  const build = await client.reaches(buildId, ["completed", "failed"], LEASE_MS + 30_000);
  expect(build.status).toBe("completed");
  expect(await client.credits()).toBe(before - 1);
  await expectArtifact(client, build);
  // Also what is said of the death of a process: when, and how grave.
  for (const line of [...client.linesOf("worker"), ...client.linesOf("builder")]) {
    expect(JSON.parse(line), line).toMatchObject({
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      level: expect.stringMatching(/^(info|warn|error)$/),
      event: expect.any(String),
    });
  }
});

test.concurrent("a build completes once when its builder and the Worker are killed together", async () => {
  const { client, appId } = await stackWithSlowApp();
  const before = await client.credits();
  const buildId = await client.trigger(appId);
  await client.reaches(buildId, ["building"], 30_000);
  for (const pid of client.builderPids()) kill(pid);
  kill(client.note.pids.worker);

  const build = await client.reaches(buildId, ["completed", "failed"], LEASE_MS + 60_000);
  expect(build.status).toBe("completed");
  expect(await client.credits()).toBe(before - 1);
  await expectArtifact(client, build);
});

/** A stack, and an app whose icon takes a builder long enough to be caught at it. */
async function stackWithSlowApp(): Promise<{ client: StackClient; appId: number }> {
  const stack = startStack();
  await stack.ready();
  const client = new StackClient(stack);
  clients.push(client);
  await client.openAccount();
  const noise = { type: "gaussian", mean: 128, sigma: 30 } as const;
  const picture = { width: 4096, height: 4096, channels: 3, background: "#369", noise } as const;
  const icon = await sharp({ create: picture }).jpeg({ quality: 30 }).toBuffer();
  return { client, appId: await client.newApp(icon) };
}

function kill(pid: number | null): void {
  if (pid === null) throw new Error("there is no such process");
  process.kill(pid, "SIGKILL");
}

/** The artifact is the one the build says it made. */
async function expectArtifact(client: StackClient, build: any): Promise<void> {
  const { body } = await client.call("GET", `/api/v1/builds/${build.id}/download`);
  const bytes = await (await fetch(body.download_url)).arrayBuffer();
  const sha256 = createHash("sha256").update(new Uint8Array(bytes)).digest("hex");
  expect(sha256).toBe(build.artifact_sha256);
}
