// The builder as a real process: real signals, exit codes, and what it prints.
import { spawn } from "node:child_process";
import type { ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { verifyApk } from "../../../builder/android/verify.ts";
import { ecKey } from "../android/support/signing-keys.ts";
import { Printed } from "../../support/printed.ts";
import type { FakeApi } from "./fake-api.ts";
import { useStage } from "./setup.ts";

const stage = useStage();
const CHILD = fileURLToPath(new URL("./child.ts", import.meta.url));
const MAIN = fileURLToPath(new URL("../../../builder/main.ts", import.meta.url));
const children: Child[] = [];

interface Child {
  process: ChildProcessByStdio<null, Readable, Readable>;
  stdout: Printed;
  stderr: Printed;
  /** Resolves with exit code and signal. */
  exit: Promise<[number | null, string | null]>;
}

function start(env: Record<string, string>, script = CHILD): Child {
  const child = spawn(process.execPath, [script], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const started: Child = {
    process: child,
    stdout: new Printed(child.stdout),
    stderr: new Printed(child.stderr),
    exit: once(child, "close") as Promise<[number | null, string | null]>,
  };
  children.push(started);
  return started;
}

const startFor = (api: FakeApi, script = CHILD) =>
  start({ API_URL: api.url, BUILDER_TOKEN: api.token, BUILDER_NAME: "child" }, script);

afterEach(async () => {
  for (const child of children.splice(0)) {
    child.process.kill("SIGKILL");
    await child.exit;
  }
});

const events = (child: Child) =>
  child.stdout.text
    .trim()
    .split("\n")
    .map((line) => (JSON.parse(line) as { event: string }).event);

test("builder/main.ts makes a real app and prints no secret", async () => {
  const { api } = stage;
  const build = api.enqueue({ signing: ecKey() });
  const child = startFor(api, MAIN);
  await child.stdout.find(/"job_completed"/);
  expect(verifyApk(build.artifact ?? new Uint8Array())).toMatchObject({ ok: true });
  child.process.kill("SIGTERM");
  expect(await child.exit).toEqual([0, null]);
  for (const secret of [api.token, build.fencingToken, build.job.signing.private_key]) {
    expect(child.stdout.text + child.stderr.text + build.log.toString()).not.toContain(secret);
  }
});

test("SIGTERM during a job lets the builder finish it and exit with code 0", async () => {
  const { api } = stage;
  const hold = Promise.withResolvers<void>();
  api.plan("icon", { kind: "wait", until: hold.promise });
  const build = api.enqueue({ iconBytes: Buffer.from("icon") });
  const child = startFor(api);
  await api.until(() => api.of("icon").length === 1);
  child.process.kill("SIGTERM");
  await child.stdout.find(/"draining"/);
  hold.resolve();
  expect(await child.exit).toEqual([0, null]);
  expect(build.state).toBe("completed");
  expect(events(child)).toEqual([
    "started",
    "api_ready",
    "job_accepted",
    "draining",
    "job_completed",
    "stopped",
  ]);
  expect(child.stderr.text).toBe("");
});

test("a second signal during a job makes the builder hand it back and exit with code 0", async () => {
  const { api } = stage;
  const never = Promise.withResolvers<void>();
  api.plan("icon", { kind: "wait", until: never.promise });
  const build = api.enqueue({ iconBytes: Buffer.from("icon") });
  const child = startFor(api);
  await api.until(() => api.of("icon").length === 1);
  child.process.kill("SIGTERM");
  await child.stdout.find(/"draining"/);
  child.process.kill("SIGINT");
  expect(await child.exit).toEqual([0, null]);
  expect(build.released).toBe(1);
  never.resolve();
});

test("a job that outlasts the drain is handed back, and the exit code is 0", async () => {
  const { api } = stage;
  const never = Promise.withResolvers<void>();
  api.plan("icon", { kind: "wait", until: never.promise });
  const build = api.enqueue({ iconBytes: Buffer.from("icon") });
  const { url: API_URL, token: BUILDER_TOKEN } = api;
  const child = start({ API_URL, BUILDER_TOKEN, BUILDER_NAME: "child", DRAIN_MS: "50" });
  await api.until(() => api.of("icon").length === 1);
  child.process.kill("SIGTERM");
  expect(await child.exit).toEqual([0, null]);
  expect(build.released).toBe(1);
  never.resolve();
});

test("SIGTERM makes an idle builder exit with code 0", async () => {
  const { api } = stage;
  const child = startFor(api);
  await api.until(() => api.of("lease").length === 2);
  child.process.kill("SIGTERM");
  expect(await child.exit).toEqual([0, null]);
});

test("the builder finishes its job and exits when the reader of its log goes away", async () => {
  const { api } = stage;
  const hold = Promise.withResolvers<void>();
  api.plan("icon", { kind: "wait", until: hold.promise });
  const build = api.enqueue({ iconBytes: Buffer.from("icon") });
  const child = startFor(api);
  await api.until(() => api.of("icon").length === 1);
  child.process.stdout.destroy();
  hold.resolve();
  expect((await child.exit)[0]).toBe(0);
  expect(build.state).toBe("completed");
});

test("a defect outside any job is logged without secrets, and the exit code is 1", async () => {
  const { api } = stage;
  const build = api.enqueue();
  build.job.app.name = "crash";
  const child = startFor(api);
  expect(await child.exit).toEqual([1, null]);
  expect(child.stdout.text).toContain('"event":"crashed"');
  expect(child.stdout.text).toContain("defect near [secret]");
  expect(child.stdout.text + child.stderr.text).not.toContain(build.job.signing.private_key);
});

test("a wrong token is reported by the variable's name, and the exit code is 1", async () => {
  const { api } = stage;
  const token = `sw_bld_${"B".repeat(43)}`;
  const child = start({ API_URL: api.url, BUILDER_TOKEN: token });
  expect(await child.exit).toEqual([1, null]);
  expect(child.stdout.text).toContain("the API refuses the token in BUILDER_TOKEN (401)");
  expect(child.stdout.text + child.stderr.text).not.toContain(token);
});

test("a wrong configuration is reported by every variable's name, with exit code 1 and no request", async () => {
  const { api } = stage;
  const child = start({ BUILDER_TOKEN: "sw_live_notabuilder", CONCURRENCY: "99" });
  expect(await child.exit).toEqual([1, null]);
  expect(child.stderr.text.split("\n").map((line) => line.split(" ")[0])).toEqual([
    "API_URL",
    "BUILDER_TOKEN",
    "CONCURRENCY",
    "",
  ]);
  expect(child.stderr.text).not.toContain("sw_live_notabuilder");
  expect(api.calls).toEqual([]);
});
