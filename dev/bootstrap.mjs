// The first thing every npm script runs: installs what is missing, then runs the given script with the
// project's own Node 24. Plain JavaScript without imports beyond Node's own, since it must work on a host's
// Node 20 with nothing installed yet.
//
//   node dev/bootstrap.mjs SCRIPT [ARGUMENT...]
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const NODE = join(
  ROOT,
  "node_modules",
  "node",
  "bin",
  process.platform === "win32" ? "node.exe" : "node",
);

/**
 * Where Node keeps what it compiled, for the next process: a stack is six of them, and each would strip types from the same
 * files and compile the same packages. Node compares each with its source, so that a changed file is compiled anew.
 */
const COMPILED = join(ROOT, "node_modules", ".cache", "slipway-compiled");

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return null;
  }
}

/**
 * Whether what is installed is what the lock file asks for. npm notes in node_modules/.package-lock.json
 * what it installed; only other platforms' packages may be missing there.
 * @param {{packages: Record<string, object>}} lock the parsed package-lock.json
 * @param {{packages: Record<string, object>} | null} installed npm's note, null when there is none
 * @returns {boolean}
 */
export function isInstalled(lock, installed) {
  if (installed === null) return false;
  const { "": _project, ...wanted } = lock.packages;
  const same = (path) => installed.packages[path]?.version === wanted[path]?.version;
  return (
    Object.keys(installed.packages).every(same) &&
    Object.keys(wanted).every((path) => wanted[path].optional === true || same(path))
  );
}

/** Runs npm's clean install, or a plain one where no lock file is; ends the process when it fails. */
function install(hasLock) {
  console.error("Installing the packages (once; about a minute) ...");
  // npm's own script when npm started us: `npm` may not be a program on every system.
  const [command, first] = process.env.npm_execpath
    ? [process.execPath, [process.env.npm_execpath]]
    : ["npm", []];
  const args = [
    ...first,
    hasLock ? "ci" : "install",
    "--no-fund",
    "--no-audit",
    "--loglevel=error",
  ];
  const { status, error } = spawnSync(command, args, { cwd: ROOT, stdio: "inherit" });
  if (status !== 0) {
    console.error(`npm could not install the packages${error ? `: ${error.message}` : "."}`);
    process.exit(1);
  }
}

function ensureInstalled() {
  const lock = readJson(join(ROOT, "package-lock.json"));
  const installed = readJson(join(ROOT, "node_modules", ".package-lock.json"));
  const complete = lock === null ? installed !== null : isInstalled(lock, installed);
  if (!complete || !existsSync(NODE)) install(lock !== null);
}

/** Runs the script in this process's place: same terminal, same signals, same exit code. */
function run(args) {
  const child = spawn(NODE, args, {
    stdio: "inherit",
    env: { ...process.env, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? COMPILED },
  });
  // Ctrl-C reaches the child from the terminal by itself, and a second one may mean haste; a kill does not.
  process.on("SIGINT", () => process.stdin.isTTY || child.kill("SIGINT"));
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  process.on("SIGHUP", () => child.kill("SIGHUP"));
  child.on("error", (error) => {
    console.error(error.message);
    process.exit(1);
  });
  child.on("exit", (code, signal) => {
    process.exit(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  ensureInstalled();
  run(process.argv.slice(2));
}
