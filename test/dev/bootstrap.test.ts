// dev/bootstrap.mjs, which every npm script runs through: it installs packages and runs the project's Node.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isInstalled } from "../../dev/bootstrap.mjs";
import { Printed } from "../support/printed.ts";

const ROOT = join(import.meta.dirname, "../..");
const lock = {
  packages: {
    "": { name: "project" },
    "node_modules/a": { version: "1.0.0" },
    "node_modules/only-on-macs": { version: "1.0.0", optional: true },
  },
};
const a = { "node_modules/a": { version: "1.0.0" } };

test("isInstalled compares what npm noted as installed with the lock file", () => {
  expect(isInstalled(lock, { packages: a })).toBe(true);
  expect(isInstalled(lock, null)).toBe(false);
  expect(isInstalled(lock, { packages: {} })).toBe(false);
  expect(isInstalled(lock, { packages: { "node_modules/a": { version: "0.9.0" } } })).toBe(false);
  const removed = { ...a, "node_modules/gone": { version: "1.0.0" } };
  expect(isInstalled(lock, { packages: removed })).toBe(false);
  const old = { ...a, "node_modules/only-on-macs": { version: "0.9.0" } };
  expect(isInstalled(lock, { packages: old })).toBe(false);
});

test("isInstalled finds this installation complete", () => {
  const read = (path: string): typeof lock => JSON.parse(readFileSync(join(ROOT, path), "utf8"));
  expect(isInstalled(read("package-lock.json"), read("node_modules/.package-lock.json"))).toBe(
    true,
  );
});

test("scripts run with the project's Node, get their arguments, and keep their exit code", () => {
  const script = join(import.meta.dirname, "echo.mjs");
  const args = [join(ROOT, "dev/bootstrap.mjs"), script, "--once", "7"];
  const run = () => execFileSync(process.execPath, args, { encoding: "utf8", stdio: "pipe" });
  let failure: { status?: number; stdout?: string } = {};
  try {
    run();
  } catch (error) {
    failure = error as typeof failure;
  }
  expect(failure.status).toBe(7);
  const [version, ...rest] = JSON.parse(failure.stdout ?? "[]") as string[];
  const wanted = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
    devDependencies: Record<string, string>;
  };
  expect(version).toBe(`v${wanted.devDependencies["node"]}`);
  expect(rest).toEqual(["--once", "7"]);
});

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("%s reaches the script", async (signal) => {
  const script = join(import.meta.dirname, "wait.mjs");
  const child = spawn(process.execPath, [join(ROOT, "dev/bootstrap.mjs"), script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const printed = new Printed(child.stdout);
  await printed.find(/waiting/);
  child.kill(signal);
  const [code] = (await once(child, "close")) as [number];
  expect([code, printed.text]).toEqual([3, `waiting\n${signal}\n`]);
});
