// The owner's log when offsets disagree or appends fail: nothing doubled, nothing out of order, no build lost.
import { expect, test } from "vitest";
import type { Packager } from "../../../builder/packager.ts";
import { MAX_LOG_BYTES } from "../../../src/protocol/builder.ts";
import type { FakeBuild } from "./fake-builds.ts";
import type { Reaction } from "./fake-api.ts";
import { useStage } from "./setup.ts";

const stage = useStage();

/** Logs a line, lets the test change the API's log once it has arrived, and logs another. */
function twoLines(change: () => Promise<void>): Packager {
  return async (_job, _icon, log) => {
    log("first");
    await change();
    log("second");
    return new Uint8Array(1);
  };
}

const arrived = (build: FakeBuild, text: string) => build.log.includes(text);

test("what the API lost is sent again from the offset it names", async () => {
  const { api } = stage;
  const build = api.enqueue({ earlierLog: "earlier\n" });
  const packager = twoLines(async () => {
    await api.until(() => arrived(build, "first\n"));
    build.log = build.log.subarray(0, "earlier\n".length + 5);
  });
  await stage.builder({ packager }).event("job_completed");
  const log = build.log.toString();
  expect(log).toMatch(/^earlier\nSlipway builder .*\nApp: .*\nIcon: .*\nfirst\nsecond\nMade/);
});

test("the log continues from where the API is when it lost what earlier attempts wrote", async () => {
  const { api } = stage;
  const build = api.enqueue({ earlierLog: "earlier\n" });
  const packager = twoLines(async () => {
    await api.until(() => arrived(build, "first\n"));
    build.log = Buffer.from("earl\n");
  });
  await stage.builder({ packager }).event("job_completed");
  expect(build.log.toString()).toMatch(/^earl\nsecond\nMade/);
});

test("a build completes without its log when the two sides never agree on the offset", async () => {
  const { api } = stage;
  const gap: Reaction = { kind: "answer", status: 416, body: { offset: 1 } };
  api.plan("log", gap, gap, gap, gap, gap, gap);
  const build = api.enqueue();
  const builder = stage.builder();
  await builder.event("job_completed");
  expect(build.state).toBe("completed");
  await builder.event("build_log_given_up");
  expect(api.of("log")).toHaveLength(4);
});

test("a build completes without its log when the API refuses the log", async () => {
  const { api } = stage;
  api.plan("log", { kind: "answer", status: 413, body: { error: "too_large", message: "no" } });
  const build = api.enqueue();
  const builder = stage.builder();
  await builder.event("job_completed");
  expect(build.state).toBe("completed");
  expect(await builder.event("build_log_given_up")).toMatchObject({ status: 413 });
});

test("a build completes without its log when appends fail for longer than their time", async () => {
  const { api } = stage;
  const failures = Array.from({ length: 500 }, (): Reaction => ({ kind: "answer", status: 500 }));
  api.plan("log", ...failures);
  const build = api.enqueue();
  const builder = stage.builder({ timing: { logRetry: 60 } });
  await builder.event("job_completed");
  expect(build.state).toBe("completed");
  expect(api.of("log").length).toBeLessThan(500);
  expect(build.log.toString()).toBe("");
  expect(await builder.event("build_log_given_up")).toMatchObject({ event: "build_log_given_up" });
});

test("the builder itself drops lines beyond the largest log", async () => {
  const { api } = stage;
  const packager: Packager = async (_job, _icon, log) => {
    for (let n = 0; n < 20; n++) log("y".repeat(100_000));
    return new Uint8Array(1);
  };
  const build = api.enqueue();
  await stage.builder({ packager }).event("job_completed");
  expect(build.log.length).toBeLessThanOrEqual(MAX_LOG_BYTES);
  expect(build.log.length).toBeGreaterThan(MAX_LOG_BYTES - 100_001);
});
