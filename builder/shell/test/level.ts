// Compiles the shell with its tests, and runs them in the framework classes of one API level, in a JVM of its own.
import { mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { z } from "zod";
import { javaFiles, SOURCE_DIR } from "../build.ts";
import type { Artifacts } from "./artifacts.ts";
import { OLDEST_JAVA } from "./jdk.ts";
import type { Jdk } from "./jdk.ts";
import { runProgram } from "./program.ts";

/** The package of the shell, and of its tests, which so see its classes. */
export const PACKAGE = "app.slipway.shell";
export const TESTS_DIR = join(import.meta.dirname, "java");
/** What the class path lacks: androidx.test, which is not on Maven Central, and two that keep it sound. */
const STUBS_DIR = join(import.meta.dirname, "stubs");
/** Makes the APK and its manifest as text. */
const APP_SCRIPT = join(import.meta.dirname, "../../../test/builder/shell/tested-app.ts");
/** Longest run of a level, ms: it takes ten seconds, and one that hangs is ended. */
const MAX_RUN_MS = 300_000;
/** The second compiler and threads that collect garbage cost more than they give in seconds. */
const SHORT_RUN = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"];
/** A JVM that crashes says so in its output, and leaves no file in the folder that it was started in. */
const NO_CRASH_FILES = ["-XX:+ErrorFileToStderr", "-XX:-CreateCoredumpOnCrash"];

/** What TestRun.java prints when all tests have run. */
const DONE = '{"done":true}';

/** One test method on one level; failure is what went wrong, mostly a trace. */
const Case = z.strictObject({ name: z.string(), failure: z.string().nullable() });
export type Case = z.infer<typeof Case>;
const Line = z
  .string()
  .transform((line, context): unknown => {
    try {
      return JSON.parse(line);
    } catch {
      context.addIssue({ code: "custom" });
      return z.NEVER;
    }
  })
  .pipe(Case);

/** What all levels share. */
export interface Built {
  classPath: string;
  /** The folder of Android's classes. */
  levels: string;
  /** For temporary files. */
  work: string;
}

/**
 * Compiles the sources and makes the app, in the folder `work`.
 * @throws with the compiler's output
 */
export async function prepare(
  jdk: Jdk,
  { libraries, levels }: Artifacts,
  wanted: readonly number[],
  work: string,
): Promise<Built> {
  const [apk, manifest] = [join(work, "app.apk"), join(work, "AndroidManifest.xml")];
  const [, classPath] = await Promise.all([
    run(process.execPath, [APP_SCRIPT, apk, manifest]),
    compile(jdk, libraries, work),
  ]);
  const config = join(work, "config");
  const settings = join(config, "com/android/tools");
  mkdirSync(settings, { recursive: true });
  const app = [`android_resource_apk=${apk}`, `android_merged_manifest=${manifest}`];
  writeFileSync(join(settings, "test_config.properties"), app.join("\n"));
  writeFileSync(join(config, "robolectric.properties"), `sdk=${wanted.join(",")}`);
  return { classPath: [config, ...classPath].join(delimiter), levels, work };
}

/**
 * Returns the class path to run with. The stubs come first there, since they hide classes of android-all, but last to
 * compile with.
 */
async function compile(jdk: Jdk, libraries: string[], work: string): Promise<string[]> {
  const [stubs, classes] = [join(work, "stubs"), join(work, "classes")];
  await javac(jdk, javaFiles(STUBS_DIR), libraries, stubs);
  const sources = [...javaFiles(SOURCE_DIR), ...javaFiles(TESTS_DIR)];
  await javac(jdk, sources, [...libraries, stubs], classes);
  return [classes, stubs, ...libraries];
}

async function javac(jdk: Jdk, files: string[], classPath: string[], into: string): Promise<void> {
  const flags = ["--release", String(OLDEST_JAVA), "-encoding", "UTF-8", "-g", "-nowarn"];
  flags.push("-proc:none", "-cp", classPath.join(delimiter), "-d", into);
  const short = SHORT_RUN.map((flag) => `-J${flag}`);
  await run(join(jdk.home, "bin", "javac"), [...short, ...flags, ...files]);
}

/** Runs the test classes on one level. A JVM that ends without having run all of them counts as one failed case. */
export async function runLevel(
  jdk: Jdk,
  { classPath, levels, work }: Built,
  level: number,
  tests: readonly string[],
): Promise<Case[]> {
  const properties = {
    "java.io.tmpdir": work,
    "robolectric.offline": "true",
    "robolectric.dependency.dir": levels,
    "robolectric.enabledSdks": String(level),
    // SQLite and drawing in Java: the native ones are not among the libraries
    "robolectric.sqliteMode": "LEGACY",
  };
  const flags = Object.entries(properties).map(([name, value]) => `-D${name}=${value}`);
  // what Robolectric reaches into
  const opened = "--add-exports=java.base/jdk.internal.access=ALL-UNNAMED";
  const short = [...SHORT_RUN, ...NO_CRASH_FILES, "-Xmx512m"];
  const jvm = [...short, opened, "--enable-native-access=ALL-UNNAMED", ...flags];
  const args = [...jvm, "-cp", classPath, `${PACKAGE}.TestRun`, ...tests];
  const { out, err } = await runProgram(join(jdk.home, "bin", "java"), args, {
    timeout: MAX_RUN_MS,
  });
  return casesOf(out, err);
}

/** Reads what TestRun.java printed; a JVM that crashed may have ended within a line, or said so in between. */
export function casesOf(out: string, err: string): Case[] {
  const cases: Case[] = [];
  const others: string[] = [];
  const lines = out.split("\n").filter((line) => line !== "");
  const isDone = lines.at(-1) === DONE;
  for (const line of isDone ? lines.slice(0, -1) : lines) {
    const { success, data } = Line.safeParse(line);
    if (success) cases.push(data);
    else others.push(line);
  }
  if (!isDone || others.length > 0) {
    const told = [...others, err].join("\n");
    cases.push({ name: "The JVM", failure: `ended before all tests had run\n${told}` });
  }
  return cases;
}

/** Runs a program; what it prints becomes the error when it fails. */
async function run(program: string, args: string[]): Promise<void> {
  const { ok, out, err } = await runProgram(program, args, { timeout: MAX_RUN_MS });
  if (!ok) throw new Error(`${program} failed\n${out}${err}`);
}
