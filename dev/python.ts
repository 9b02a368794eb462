// Python with the packages of a requirements file, in an environment of its own below node_modules/.cache: nothing is
// installed outside the project. Also what runs tools that are not ours, and says when they are missing.
import { createHash } from "node:crypto";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** Where tools that the project does not ship are kept. */
export const CACHE = join(import.meta.dirname, "../node_modules/.cache/slipway");
/** The oldest Python that the pinned packages run on. */
const OLDEST = "3.11";
/** Longest output that is kept, bytes. */
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/**
 * Runs a program and returns what it printed.
 * @throws with its output when it can't be started or fails
 */
export function runTool(program: string, args: readonly string[], cwd?: string): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    maxBuffer: MAX_OUTPUT_BYTES,
    ...(cwd === undefined ? {} : { cwd }),
  });
  if (error !== undefined) throw error;
  if (status === 0) return stdout;
  throw new Error(`${basename(program)} ${args.join(" ")} failed:\n${stdout}${stderr}`);
}

/** Whether a program can be started at all. */
export function isThere(program: string, showsVersion = "--version"): boolean {
  return spawnSync(program, [showsVersion], { stdio: "ignore" }).status === 0;
}

/** Whether there is a Python that can make environments and is new enough. */
export function hasPython(): boolean {
  const asks = `import sys, venv, ensurepip; sys.exit(sys.version_info < (${OLDEST.replace(".", ", ")}))`;
  return spawnSync("python3", ["-c", asks], { stdio: "ignore" }).status === 0;
}

/** Why something is skipped where `hasPython` is false. */
export const NEEDS_PYTHON = `needs Python ${OLDEST} or newer with venv and pip`;

/**
 * Returns the folder of programs of an environment with exactly the packages that `requirements` pins. It is made at
 * the first call, and again when the file changes.
 */
export function pythonPrograms(requirements: string): string {
  const text = readFileSync(requirements, "utf8");
  const version = createHash("sha256").update(text).digest("hex").slice(0, 12);
  const folder = join(CACHE, `python-${basename(dirname(requirements))}-${version}`);
  const programs = join(folder, "bin");
  const complete = join(folder, "complete");
  if (existsSync(complete)) return programs;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(dirname(folder), { recursive: true });
  runTool("python3", ["-m", "venv", folder]);
  const flags = ["--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes"];
  runTool(join(programs, "python"), ["-m", "pip", "install", ...flags, "-r", requirements]);
  writeFileSync(complete, "");
  return programs;
}
