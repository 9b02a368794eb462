// Makes classes.dex, the code of every app, from the Java source in src/:
//   node builder/shell/build.ts           writes builder/shell/classes.dex
//   node builder/shell/build.ts --check   compares a rebuild with it; exit code 1 when they differ
//   node builder/shell/build.ts --lines FILE    writes the same code with the names of files and lines to FILE
//
// The committed file is the one made by JDK 17's `javac --release 8` and dx 10 (toolchain.sh brings both):
// only that pair is expected to give the same bytes. Where DX_JAR and ANDROID_JAR are not set, an Android
// SDK in ANDROID_HOME does as well (d8 and its newest android.jar), for trying a change; its bytes differ.
//
// The names of files and lines would take 6 KB of each APK. A crash report has a method and the offset of an instruction
// in it instead, "(Unknown Source:12)"; `dexdump -d FILE` lists, for each method, which line each offset is from.
//
// What of class files runs without is taken out before (strip-class.ts).
//
// dx translates Java 7 byte code, so the source holds no lambdas. The android.jar that goes with it ends at
// API 23: stubs/ declares what the source uses of later ones, for the compiler alone.
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { stripClass } from "./strip-class.ts";

const HERE = fileURLToPath(new URL(".", import.meta.url));
/** The Java source of the app. */
export const SOURCE_DIR = join(HERE, "src");
/** Compile-only declarations of APIs above 23. */
export const STUBS_DIR = join(HERE, "stubs");
/** The committed result. */
export const DEX_FILE = join(HERE, "classes.dex");
/** The minSdk of the apps: decides the dex format's version (37). */
const MIN_SDK = 24;
/** The JDK whose byte code the committed file was made from; later ones lay out inner classes otherwise. */
export const REFERENCE_JDK = 17;

/** What a build needs: javac is on the PATH, the rest depends on what was found. */
interface Tools {
  dexer: "dx" | "d8";
  dexerJar: string;
  androidJar: string;
}

/**
 * Finds the dex compiler and android.jar: DX_JAR and ANDROID_JAR, else the newest of ANDROID_HOME.
 * Returns null when neither is there.
 */
export function findTools(env: NodeJS.ProcessEnv): Tools | null {
  const { DX_JAR, ANDROID_JAR, ANDROID_HOME } = env;
  if (DX_JAR && ANDROID_JAR && existsSync(DX_JAR) && existsSync(ANDROID_JAR)) {
    return { dexer: "dx", dexerJar: DX_JAR, androidJar: ANDROID_JAR };
  }
  if (!ANDROID_HOME) return null;
  const dexerJar = newest(join(ANDROID_HOME, "build-tools"), join("lib", "d8.jar"));
  const androidJar = newest(join(ANDROID_HOME, "platforms"), "android.jar");
  return dexerJar && androidJar ? { dexer: "d8", dexerJar, androidJar } : null;
}

/** The file of this name in the folder's highest-numbered child that has it, or null. */
function newest(folder: string, file: string): string | null {
  if (!existsSync(folder)) return null;
  const byVersion = new Intl.Collator("en", { numeric: true });
  const children = readdirSync(folder).toSorted((a, b) => byVersion.compare(b, a));
  return (
    children.map((child) => join(folder, child, file)).find((path) => existsSync(path)) ?? null
  );
}

/** The major version of the javac on the PATH, or null when there is none. */
export function javacVersion(): number | null {
  try {
    const printed = execFileSync("javac", ["-version"], { encoding: "utf8", stdio: "pipe" });
    const major = /^javac (\d+)/.exec(printed)?.[1];
    return major === undefined ? null : Number(major);
  } catch {
    return null;
  }
}

/** The .java files below a folder, sorted, so that the compiler sees the same order everywhere. */
export function javaFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".java"))
    .toSorted()
    .map((name) => join(folder, name));
}

/**
 * Compiles the shell and returns the bytes of classes.dex, with the names of files and lines if `hasLines`.
 * Throws with the compiler's own output when a step fails.
 */
export function buildDex(tools: Tools, hasLines = false): Uint8Array {
  const work = mkdtempSync(join(tmpdir(), "slipway-shell-"));
  try {
    const [stubs, classes] = [join(work, "stubs"), join(work, "classes")];
    const classPath = [tools.androidJar];
    if (tools.dexer === "dx") {
      javac(javaFiles(STUBS_DIR), classPath, stubs, false);
      classPath.unshift(stubs); // before android.jar: one stub replaces a class that grew since
    }
    javac(javaFiles(SOURCE_DIR), classPath, classes, hasLines);
    if (tools.dexer === "dx") dx(tools, classes, work);
    else d8(tools, classes, work);
    return new Uint8Array(readFileSync(join(work, "classes.dex")));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function javac(files: string[], classPath: string[], into: string, hasLines: boolean): void {
  mkdirSync(into);
  const flags = ["--release", "8", "-Xlint:all,-options,-deprecation", "-Werror"];
  flags.push(
    hasLines ? "-g:source,lines" : "-g:none",
    "-encoding",
    "UTF-8",
    "-cp",
    classPath.join(delimiter),
    "-d",
    into,
  );
  run("javac", [...flags, ...files]);
}

function dx(tools: Tools, classes: string, work: string): void {
  for (const name of readdirSync(classes, { recursive: true, encoding: "utf8" })) {
    const file = join(classes, name);
    if (name.endsWith(".class")) writeFileSync(file, stripClass(readFileSync(file)));
  }
  const output = `--output=${join(work, "classes.dex")}`;
  const main = ["-cp", tools.dexerJar, "com.android.dx.command.Main"];
  run("java", [...main, "--dex", `--min-sdk-version=${MIN_SDK}`, output, classes]);
}

function d8(tools: Tools, classes: string, work: string): void {
  const files = readdirSync(classes, { recursive: true, encoding: "utf8" });
  const inputs = files.filter((name) => name.endsWith(".class")).toSorted();
  const main = ["-cp", tools.dexerJar, "com.android.tools.r8.D8", "--release"];
  const flags = ["--min-api", String(MIN_SDK), "--lib", tools.androidJar, "--output", work];
  run("java", [...main, ...flags, ...inputs.map((name) => join(classes, name))]);
}

/** Runs one tool; what it prints becomes the error when it fails. */
function run(command: string, args: string[]): void {
  try {
    execFileSync(command, args, { stdio: "pipe", encoding: "utf8" });
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`${command} failed\n${stdout ?? ""}${stderr ?? ""}`, { cause: error });
  }
}

function main(args: string[]): number {
  const tools = findTools(process.env);
  if (!tools || javacVersion() === null) {
    console.error("needs javac, and DX_JAR + ANDROID_JAR (see toolchain.sh) or ANDROID_HOME");
    return 2;
  }
  const [command, file] = args;
  if (command === "--lines" && file !== undefined) {
    writeFileSync(file, buildDex(tools, true));
    return 0;
  }
  const dex = buildDex(tools);
  if (!args.includes("--check")) {
    writeFileSync(DEX_FILE, dex);
    console.log(`classes.dex: ${dex.length} bytes by ${tools.dexer}`);
    return 0;
  }
  const same = Buffer.from(dex).equals(readFileSync(DEX_FILE));
  console.log(
    same ? "classes.dex is what the source gives" : "classes.dex differs from its source",
  );
  if (!same && (tools.dexer !== "dx" || javacVersion() !== REFERENCE_JDK)) {
    console.log(`(it was made by JDK ${REFERENCE_JDK} and dx; these tools give other bytes)`);
  }
  return same ? 0 : 1;
}

if (import.meta.main) process.exitCode = main(process.argv.slice(2));
