// A lease that ends during the work: the work stops, nothing more is reported, the slot is free again. And work
// that fails: the owner is told once, and only what concerns them.
import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { BuildFailure } from "../../../builder/faults.ts";
import { MAX_ICON_BYTES } from "../../../src/protocol/builder.ts";
import type { Packager } from "../../../builder/packager.ts";
import type { Reaction, Verb } from "./fake-api.ts";
import { plainPackager } from "./harness.ts";
import { useStage } from "./setup.ts";

const stage = useStage();

/** Works on the first build until told to stop, and makes every later one at once. */
function stuckOnFirst(onStop: (reason: unknown) => void): Packager {
  return async (job, pictures, log, signal) => {
    if (job.build_id !== 1) return plainPackager(job, pictures, log, signal);
    return new Promise((_resolve, reject) => {
      signal.addEventListener("abort", () => {
        onStop(signal.reason);
        // An error of its own, as a library would throw: it must not be taken for the job's failure.
        reject(new Error("stopped"));
      });
    });
  };
}

test("a cancel in a heartbeat's answer stops the work and frees the slot", async () => {
  const { api } = stage;
  const stopped = Promise.withResolvers<unknown>();
  const build = api.enqueue({ heartbeat_ms: 5 });
  const builder = stage.builder({ concurrency: 1, packager: stuckOnFirst(stopped.resolve) });
  await api.until(() => api.of("heartbeat").length >= 2);
  api.cancel(build);
  expect(await stopped.promise).toMatchObject({ name: "LeaseEnded", reason: "cancelled" });
  expect(await builder.event("job_lost")).toMatchObject({ build_id: 1, reason: "cancelled" });
  const callsBefore = api.calls.filter(({ buildId }) => buildId === 1).length;
  const next = api.enqueue();
  await api.until(() => next.state === "completed");
  const callsAfter = api.calls.filter(({ buildId }) => buildId === 1);
  expect(callsAfter).toHaveLength(callsBefore);
  expect(callsAfter.at(-1)?.verb).toBe("heartbeat");
});

test("a packager that ignores the signal to stop keeps no slot, and nothing of it is reported", async () => {
  const { api } = stage;
  let lateLine = () => {};
  const deaf: Packager = (job, pictures, log, signal) => {
    if (job.build_id !== 1) return plainPackager(job, pictures, log, signal);
    lateLine = () => log("still here");
    return new Promise(() => {});
  };
  const build = api.enqueue({ heartbeat_ms: 5 });
  const builder = stage.builder({ concurrency: 1, packager: deaf });
  await api.until(() => api.of("heartbeat").length >= 1);
  api.cancel(build);
  await builder.event("job_lost");
  const callsBefore = api.calls.filter(({ buildId }) => buildId === 1).length;
  lateLine();
  const next = api.enqueue();
  await api.until(() => next.state === "completed");
  expect(api.calls.filter(({ buildId }) => buildId === 1)).toHaveLength(callsBefore);
});

test("a job ends when no heartbeat gets through for the time of the lease", async () => {
  const { api } = stage;
  const outage = Array.from({ length: 10_000 }, (): Reaction => ({ kind: "reset" }));
  api.plan("heartbeat", ...outage);
  api.enqueue({ heartbeat_ms: 5, lease_ms: 150 });
  const builder = stage.builder({ packager: stuckOnFirst(() => {}) });
  const lost = await builder.event("job_lost");
  expect(lost).toMatchObject({ reason: "lost" });
  // The next retry would come after the end, so the last one may be up to the longest backoff before it.
  expect(lost["ms"]).toBeGreaterThanOrEqual(100);
  expect(await builder.event("heartbeat_failed")).toMatchObject({ status: null });
});

test("a job goes on when heartbeats fail for less than the time of the lease", async () => {
  const { api } = stage;
  api.plan("heartbeat", { kind: "reset" }, { kind: "answer", status: 500 });
  const build = api.enqueue({ heartbeat_ms: 5 });
  const packager: Packager = async () => {
    await api.until(() => api.of("heartbeat").length >= 4);
    return new Uint8Array(1);
  };
  await stage.builder({ packager }).event("job_completed");
  expect(build.state).toBe("completed");
});

test("each heartbeat renews the lease", async () => {
  const { api } = stage;
  // Longer than a busy machine keeps a process from its heartbeats.
  const lease_ms = 1000;
  const build = api.enqueue({ heartbeat_ms: 5, lease_ms });
  const packager: Packager = async () => {
    const startedAt = performance.now();
    await api.until(() => performance.now() - startedAt > 2 * lease_ms);
    // Only within a lease that still lasts is a failed heartbeat tried again.
    const beats = api.of("heartbeat").length;
    api.plan("heartbeat", { kind: "reset" });
    await api.until(() => api.of("heartbeat").length >= beats + 3);
    return new Uint8Array(1);
  };
  await stage.builder({ packager }).event("job_completed");
  expect(build.state).toBe("completed");
});

test.each<Verb>(["accept", "icon", "log", "artifact", "complete"])(
  "409 lease_lost in answer to %s drops the job without another report",
  async (verb) => {
    const { api } = stage;
    const body = { error: "lease_lost", message: "gone", reason: "cancelled" };
    api.plan(verb, { kind: "answer", status: 409, body });
    const build = api.enqueue({ iconBytes: Buffer.from("icon") });
    const builder = stage.builder();
    expect(await builder.event("job_lost")).toMatchObject({ reason: "cancelled" });
    expect(build.failure).toBeNull();
    expect(build.released).toBe(0);
    // At most what was under way beside the refused call: the log and the upload travel together.
    const after = api.calls.slice(api.calls.findLastIndex((call) => call.verb === verb) + 1);
    const allowed = new Set<Verb>(["lease", "log", "artifact"]);
    expect(after.filter((call) => !allowed.has(call.verb))).toEqual([]);
  },
);

test("an app that cannot be made fails with the packager's own message", async () => {
  const { api } = stage;
  const packager: Packager = async () => {
    throw new BuildFailure("invalid_icon", "The icon is not an image.", false);
  };
  const build = api.enqueue();
  const builder = stage.builder({ packager });
  expect(await builder.event("job_failed")).toMatchObject({ code: "invalid_icon" });
  expect(build.failure).toEqual({
    code: "invalid_icon",
    message: "The icon is not an image.",
    retryable: false,
  });
  expect(build.log.toString()).toMatch(/\nFailed: The icon is not an image\.\n$/);
});

test("a defect is described to the operator, and the owner learns only that there was one", async () => {
  const { api } = stage;
  const packager: Packager = async () => {
    throw new TypeError("undefined is not an icon");
  };
  const build = api.enqueue();
  const builder = stage.builder({ packager });
  expect(await builder.event("job_failing")).toMatchObject({ error: "undefined is not an icon" });
  await builder.event("job_failed");
  expect(build.failure).toMatchObject({ code: "builder_defect", retryable: true });
  expect(build.failure?.message).not.toContain("undefined");
  expect(build.log.toString()).not.toContain("undefined");
});

test("an icon that is missing fails the build for good", async () => {
  const { api } = stage;
  const build = api.enqueue({ iconBytes: Buffer.from("icon") });
  build.pictures.icon = null;
  await stage.builder().event("job_failed");
  expect(build.failure).toMatchObject({ code: "icon_missing", retryable: false });
});

test("an icon that arrives altered fails the attempt as retryable", async () => {
  const { api } = stage;
  const build = api.enqueue({ iconBytes: Buffer.from("icon") });
  build.pictures.icon = Buffer.from("another");
  await stage.builder().event("job_failed");
  expect(build.failure).toMatchObject({ code: "icon_altered", retryable: true });
});

test.each(["foreground", "monochrome"] as const)(
  "a %s layer is missing, altered or too large as an icon is",
  async (layer) => {
    const { api } = stage;
    const bytes = { [`${layer}Bytes`]: Buffer.from("layer") };
    const [missing, altered] = [api.enqueue(bytes), api.enqueue(bytes)];
    const large = api.enqueue({ [`${layer}Bytes`]: randomBytes(MAX_ICON_BYTES + 1) });
    missing.pictures[layer] = null;
    altered.pictures[layer] = Buffer.from("another");
    stage.builder();
    await api.until(() => [missing, altered, large].every(({ failure }) => failure !== null));
    expect(missing.failure).toEqual({
      code: "icon_missing",
      message: `The app's icon's ${layer} layer is not there any more.`,
      retryable: false,
    });
    expect(altered.failure).toMatchObject({ code: "icon_altered", retryable: true });
    expect(large.failure).toMatchObject({ code: "api_fault" });
  },
);

test("an icon larger than the limit fails the attempt", async () => {
  const { api } = stage;
  const build = api.enqueue({ iconBytes: randomBytes(MAX_ICON_BYTES + 1) });
  const builder = stage.builder();
  await builder.event("job_failed");
  expect(build.failure).toMatchObject({ code: "api_fault" });
  expect((await builder.event("job_failing"))["error"]).toContain(`${MAX_ICON_BYTES}`);
});

test("an empty file is not uploaded and fails the build", async () => {
  const { api } = stage;
  const build = api.enqueue();
  await stage.builder({ packager: async () => new Uint8Array(0) }).event("job_failed");
  expect(build.failure).toMatchObject({ code: "artifact_size", retryable: false });
  expect(api.of("artifact")).toEqual([]);
});
