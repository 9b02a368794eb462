// Runs many checks of files by the tools that need a JVM, in a single one (JavaOracles.java). Needs Java 17 and what
// builder/shell/toolchain.sh brings.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { missing } from "./tools.ts";

const APKSIGNER_JAR = "/usr/share/java/apksigner.jar";
const APKTOOL_JARS = "/usr/share/apktool";
const BUNDLETOOL_JAR = process.env["BUNDLETOOL_JAR"] ?? "";

/** jarsigner's class, which Java itself keeps to itself. */
const EXPORTS = "jdk.jartool/sun.security.tools.jarsigner=ALL-UNNAMED";
/** Longest output of all tools, bytes. */
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** A command of JavaOracles.java: its verb, then what it is about. */
export type Command = readonly [verb: string, ...words: string[]];

/** What a tool said of a file. */
export interface Outcome {
  readonly ok: boolean;
  readonly printed: string;
}

/** Whether tests must be skipped for want of Java or of a tool for it; says so. */
export function missingForJava(): boolean {
  if (missing("java")) return true;
  const files = { BUNDLETOOL_JAR, APKSIGNER_JAR, APKTOOL_JARS };
  const absent = Object.entries(files).filter(([, file]) => !existsSync(file));
  if (absent.length === 0 || process.env["REQUIRE_ALL"] === "1") return false;
  const names = absent.map(([name]) => name).join(", ");
  console.warn(`SKIPPED: checks that need ${names} (builder/shell/toolchain.sh brings them)`);
  return true;
}

/** Runs the commands, one after the other, and returns an outcome for each. */
export function runJavaOracles(commands: readonly Command[]): Outcome[] {
  // apksigner's own classes come before bundletool's copy of them
  const classPath = [APKSIGNER_JAR, BUNDLETOOL_JAR, join(APKTOOL_JARS, "*")].join(delimiter);
  const program = join(import.meta.dirname, "JavaOracles.java");
  const { stdout, stderr, error } = spawnSync(
    "java",
    ["--add-exports", EXPORTS, "-Dfile.encoding=UTF-8", "-cp", classPath, program],
    {
      input: commands.map((words) => `${words.join("\t")}\n`).join(""),
      encoding: "utf8",
      maxBuffer: MAX_OUTPUT_BYTES,
    },
  );
  if (error !== undefined) throw error;
  const answers = stdout.split("\n").slice(0, -1);
  return commands.map((words, at): Outcome => {
    const [outcome, printed] = answers[at]?.split(" ") ?? [];
    if (outcome === undefined || printed === undefined) {
      return { ok: false, printed: `the JVM ended before ${words.join(" ")}: ${stderr}` };
    }
    return { ok: outcome === "ok", printed: Buffer.from(printed, "base64").toString() };
  });
}
