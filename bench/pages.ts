// Measures each page of the dashboard on the local stack: the server's time (median at most 50 ms) and what a first visit
// transfers (at most 100 kB, packed). The screens and what they show are those of the tests in browsers.
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..");
const VITEST = join(ROOT, "node_modules/vitest/vitest.mjs");

const { status } = spawnSync(
  process.execPath,
  [
    VITEST,
    "run",
    "--project",
    "browser",
    "--disable-console-intercept=true",
    "test/browsers/dashboard/measure.test.ts",
  ],
  { cwd: ROOT, env: { ...process.env, MEASURE: "1" }, stdio: "inherit" },
);
if (status !== 0) process.exitCode = 1;
