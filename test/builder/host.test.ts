// What a host of builders is set up by: the Dockerfile and the unit of systemd. The image's files are laid out as its last
// stage says, and what it starts and checks is run there. (That the image builds needs a container engine: nothing here has
// one.)
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { DEFAULT_TIMING } from "../../builder/timing.ts";
import { readConfig } from "../../builder/config.ts";
import { Printed } from "../support/printed.ts";
import { ecKey } from "./android/support/signing-keys.ts";
import { useStage } from "./service/setup.ts";

const stage = useStage();
const ROOT = join(import.meta.dirname, "../..");
/** Files of the libraries that the image installs, and of those that they need. */
const LIBRARIES = ["sharp", "zod", "@img", "detect-libc", "semver"];

const dockerfile = readFileSync(join(ROOT, "builder/Dockerfile"), "utf8").replaceAll("\\\n", " ");
const lastStage = dockerfile.slice(dockerfile.lastIndexOf("\nFROM "));
const unit = readFileSync(join(ROOT, "builder/slipway-builder.service"), "utf8");

/** The values of a setting of the unit, or the arguments of an instruction of the image's last stage. */
const ofUnit = (name: string) =>
  [...unit.matchAll(new RegExp(`^${name}=(.*)$`, "gm"))].map(([, value]) => value ?? "");
const ofImage = (name: string) =>
  [...lastStage.matchAll(new RegExp(`^${name} (.*)$`, "gm"))].map(([, value]) => value ?? "");
const pairs = (lines: string[]) =>
  Object.fromEntries(
    lines.flatMap((text) => text.split(" ")).map((pair) => pair.split("=") as [string, string]),
  );

/** Lays out what the image has; the libraries are this project's own. */
function layOut(): string {
  const folder = mkdtempSync(join(tmpdir(), "slipway-image-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const copied of ofImage("COPY")) {
    const [from = "", to = ""] = copied.split(" ");
    if (!from.startsWith("--"))
      cpSync(join(ROOT, from), join(folder, to.endsWith("/") ? from : to), { recursive: true });
  }
  mkdirSync(join(folder, "node_modules"));
  for (const name of LIBRARIES) {
    symlinkSync(join(ROOT, "node_modules", name), join(folder, "node_modules", name));
  }
  return folder;
}

test("what the image copies is enough to build an app, and its check tells whether the Worker answers", async () => {
  const folder = layOut();
  const { api } = stage;
  const [command = "[]"] = ofImage("CMD");
  const [, ...args] = JSON.parse(command) as string[];
  const [, checked = "[]"] = /CMD (.*)$/.exec(ofImage("HEALTHCHECK")[0] ?? "") ?? [];
  const [, ...check] = JSON.parse(checked) as string[];
  const heard = join(folder, "heard");
  const env = {
    ...pairs(ofImage("ENV")),
    HEALTH_FILE: heard,
    API_URL: api.url,
    BUILDER_TOKEN: api.token,
    BUILDER_NAME: "image",
  };
  const healthy = () => spawnSync(process.execPath, check, { cwd: folder, env, encoding: "utf8" });
  expect(healthy()).toMatchObject({ status: 1, stdout: "the Worker has not answered yet\n" });

  const build = api.enqueue({ signing: ecKey() });
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  await new Printed(child.stdout).find(/"job_completed"/);
  expect(build.state).toBe("completed");
  expect(healthy()).toMatchObject({ status: 0, stdout: "the Worker answers\n" });
  const before = Date.now() / 1000 - 100;
  utimesSync(heard, before, before);
  expect(healthy()).toMatchObject({
    status: 1,
    stdout: expect.stringMatching(/^the Worker has not answered for 10\d s\n$/),
  });
  child.kill("SIGTERM");
  expect(await once(child, "exit")).toEqual([0, null]);
});

test("image and unit start the same, as nobody in particular, and leave the drain its time", () => {
  expect(ofImage("USER")).toEqual(["node"]);
  expect(ofUnit("DynamicUser")).toEqual(["yes"]);
  const [command = "[]"] = ofImage("CMD");
  expect(ofUnit("ExecStart")).toEqual([`/usr/bin/${(JSON.parse(command) as string[]).join(" ")}`]);
  const { HEALTH_FILE: inImage, ...image } = pairs(ofImage("ENV"));
  const { HEALTH_FILE: inUnit, ...service } = pairs(ofUnit("Environment"));
  expect(service).toEqual(image);
  expect([inImage, inUnit]).toEqual(["/tmp/heard", "/run/slipway-builder/heard"]);
  const read = readConfig({
    API_URL: "https://x.example",
    BUILDER_TOKEN: `sw_bld_${"a".repeat(43)}`,
  });
  const drainMs = read.ok ? read.config.drainMs : Infinity;
  const [stop] = ofUnit("TimeoutStopSec");
  const [, told] = /--stop-timeout (\d+)/.exec(dockerfile) ?? [];
  for (const seconds of [stop, told]) {
    expect(Number(seconds) * 1000).toBeGreaterThan(drainMs + DEFAULT_TIMING.release + 10_000);
  }
});

const analyze = spawnSync("systemd-analyze", ["--version"]).status === 0;

test.runIf(analyze)("systemd finds nothing wrong with the unit", () => {
  const folder = mkdtempSync(join(tmpdir(), "slipway-unit-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "slipway-builder.service");
  cpSync(join(ROOT, "builder/slipway-builder.service"), path);
  // It looks for the program too, which is elsewhere on the machines of developers.
  execFileSync("sed", ["-i", `s#/usr/bin/node#${process.execPath}#`, path]);
  const { status, stderr } = spawnSync("systemd-analyze", ["verify", path], { encoding: "utf8" });
  expect(stderr.split("\n").filter((line) => line.includes("slipway-builder"))).toEqual([]);
  expect(status).toBe(0);
});
