// Runs the shell's Java in Android's own framework classes on a JVM (Robolectric), with the manifest, resources and
// assets of an APK that the packager made:
//   npm run test:shell [-- [--levels=28,33] [--report=FILE] [BackTest ...]]
//   npm run test:shell -- --fetch       only brings what the tests run in (1.1 GB the first time)
// It needs a JDK and Maven; without, it says that it is skipped, or fails under REQUIRE_ALL=1. The report counts passed
// and failed cases, a case a level, in the fields of Vitest's.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, constants, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { javaFiles } from "../build.ts";
import { ANDROID, fetchArtifacts, hasMaven } from "./artifacts.ts";
import { findJdk, OLDEST_JAVA } from "./jdk.ts";
import type { Jdk } from "./jdk.ts";
import { PACKAGE, prepare, runLevel, TESTS_DIR } from "./level.ts";
import type { Case } from "./level.ts";

/** One of each time that Android changed what the shell relies on. */
const LEVELS = [24, 28, 31, 33, 35];
/** Runs where there is the Java for it. */
const NEWEST_LEVEL = 36;
const JAVA_OF_NEWEST_LEVEL = 21;
/** Lines of a failure that are shown: what is wrong, and where in the test and the shell. */
const MAX_FAILURE_LINES = 12;

/** The levels asked for, or null for the usual ones. Throws for one that there is not. */
function askedLevels(list: string | undefined): number[] | null {
  if (list === undefined) return null;
  const levels = list.split(",").map(Number);
  if (levels.every((level) => ANDROID.has(level))) return [...new Set(levels)];
  throw new Error(`--levels must be among ${[...ANDROID.keys()].join(", ")}, as in --levels=28,33`);
}

/** The levels to run on. Throws where one needs a newer Java. */
function chosenLevels(asked: number[] | null, { version }: Jdk): number[] {
  const hasNewest = version >= JAVA_OF_NEWEST_LEVEL;
  if (asked === null) return hasNewest ? [...LEVELS, NEWEST_LEVEL] : LEVELS;
  if (hasNewest || !asked.includes(NEWEST_LEVEL)) return asked;
  throw new Error(`API ${NEWEST_LEVEL} needs a JDK ${JAVA_OF_NEWEST_LEVEL} or newer`);
}

/** The test classes of these names, or all. Throws for one that is not there. */
function chosenTests(names: readonly string[]): string[] {
  const all = javaFiles(TESTS_DIR)
    .map((file) => basename(file, ".java"))
    .filter((name) => name.endsWith("Test"));
  const unknown = names.find((name) => !all.includes(name));
  if (unknown !== undefined) {
    throw new Error(`${unknown} is no test of the shell; there are ${all.join(", ")}`);
  }
  return (names.length === 0 ? all : names).map((name) => `${PACKAGE}.${name}`);
}

/** Lines of a trace that tell nothing: others' code, and Robolectric's remark that something is left to run. */
const NOISE = /^\s+(?:at|\.\.\.) |UnExecutedRunnablesException/;

/** What is wrong, and the lines of our own code that led there. */
function shown(failure: string): string {
  const lines = failure.trimEnd().split("\n");
  const told = lines.filter((line) => !NOISE.test(line) || line.includes(`at ${PACKAGE}.`));
  return told
    .slice(0, MAX_FAILURE_LINES)
    .map((line) => `      ${line.trim()}`)
    .join("\n");
}

function tell(level: number, cases: readonly Case[], ms: number): void {
  const failed = cases.filter(({ failure }) => failure !== null);
  const counts = `${cases.length - failed.length} passed, ${failed.length} failed`;
  console.log(`  API ${level}  ${counts}  (${(ms / 1000).toFixed(1)} s)`);
  for (const { name, failure } of failed) {
    console.log(`    ${name} failed on API ${level}\n${shown(failure ?? "")}`);
  }
}

/** Runs the tests on each level, a process a level and as many at once as there are cores. */
async function runTests(
  jdk: Jdk,
  levels: readonly number[],
  tests: readonly string[],
): Promise<Case[]> {
  const artifacts = await fetchArtifacts(jdk, levels);
  const work = mkdtempSync(join(tmpdir(), "slipway-shell-tests-"));
  // After the programs that write there were ended.
  process.once("exit", () => rmSync(work, { recursive: true, force: true, maxRetries: 5 }));
  const built = await prepare(jdk, artifacts, levels, work);
  const all: Case[] = [];
  const waiting = [...levels];
  const next = async (): Promise<void> => {
    for (let level = waiting.shift(); level !== undefined; level = waiting.shift()) {
      const begin = performance.now();
      const cases = await runLevel(jdk, built, level, tests);
      all.push(...cases);
      tell(level, cases, performance.now() - begin);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, next));
  return all;
}

/** Returns the exit code. */
async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      levels: { type: "string" },
      report: { type: "string" },
      fetch: { type: "boolean", default: false },
    },
  });
  const asked = askedLevels(values.levels);
  const tests = chosenTests(positionals);
  const jdk = findJdk(process.env);
  if (jdk === null || !(await hasMaven(jdk))) {
    const needs = jdk === null ? `a JDK ${OLDEST_JAVA} or newer` : "Maven";
    const isRequired = process.env["REQUIRE_ALL"] === "1";
    console.error(`${isRequired ? "failed" : "skipped"}: the shell's tests need ${needs}`);
    return isRequired ? 1 : 0;
  }
  const levels = chosenLevels(asked, jdk);
  if (values.fetch) {
    await fetchArtifacts(jdk, levels);
    return 0;
  }
  const begin = performance.now();
  console.log(`The shell's tests on API ${levels.join(", ")}, with JDK ${jdk.version}`);
  const cases = await runTests(jdk, levels, tests);
  const failed = cases.filter(({ failure }) => failure !== null).length;
  const passed = cases.length - failed;
  if (values.report !== undefined) {
    const report = { numPassedTests: passed, numFailedTests: failed };
    writeFileSync(values.report, `${JSON.stringify(report)}\n`);
  }
  console.log(`in ${((performance.now() - begin) / 1000).toFixed(1)} s`);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

// Else they would end this process without its "exit", which cleans up.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => process.exit(128 + constants.signals[signal]));
}
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
