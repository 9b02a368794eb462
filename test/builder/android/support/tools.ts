// Android's own tools, as oracles: they run where they are installed, say so where they are not, and must
// be there under REQUIRE_ALL=1.
import { execFileSync, spawnSync } from "node:child_process";

const SHOWS_VERSION = {
  aapt2: "version",
  apksigner: "--version",
  apktool: "--version",
  dexdump: "-h",
  java: "-version",
  keytool: "-help",
  openssl: "version",
  zipalign: "-h",
} as const;

type Tool = keyof typeof SHOWS_VERSION;

/** Whether tests must be skipped for want of a tool; says so. */
export function missing(tool: Tool): boolean {
  const absent = spawnSync(tool, [SHOWS_VERSION[tool]]).error !== undefined;
  if (!absent || process.env["REQUIRE_ALL"] === "1") return false;
  console.warn(`SKIPPED: checks of APKs that need ${tool}`);
  return true;
}

/** Longest output, bytes: the framework's resource table fills 14 MB. */
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** Runs a tool and returns what it printed; throws when it exits with an error. */
export function run(tool: string, ...args: readonly string[]): string {
  return execFileSync(tool, args, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    maxBuffer: MAX_OUTPUT_BYTES,
  });
}

/** The whole path of a program. */
export function programPath(tool: Tool): string {
  return execFileSync("sh", ["-c", 'command -v "$1"', "sh", tool], { encoding: "utf8" }).trim();
}
