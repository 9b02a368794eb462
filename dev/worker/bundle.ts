// Bundles the Worker exactly as a deployment would. That takes seconds, so the bundles of the last few states of the sources
// are kept: a stack that starts again, and each that the tests start, takes its bundle from there.
//
//   node dev/worker/bundle.ts     makes the one of the sources as they are, so that stacks that start at once find it
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { forgetOldest, UNFINISHED } from "./kept.ts";

const ROOT = join(import.meta.dirname, "..", "..");
/** The source of the Worker that is deployed. */
const ENTRY = "src/index.ts";
const WRANGLER = join(ROOT, "node_modules", "wrangler", "bin", "wrangler.js");
/** Where bundles are kept, each in a folder that is named by its `bundleKey`. `npm ci` empties it. */
const KEPT = join(ROOT, "node_modules", ".cache", "slipway-worker");
/** Bundles that are kept, each of 13 MB: enough for going back and forth between two branches. */
const MOST_KEPT = 4;
/** What a bundle is made of: files, and folders with all that is in them. */
const INPUTS = ["src", "wrangler.toml", "tsconfig.json", "package-lock.json"];

/**
 * Writes the bundle into `outDir`, which is emptied before.
 * @param keptIn the folder in which bundles are kept
 * @returns the path of the main module
 * @throws with wrangler's own words when the source does not build.
 */
export async function bundleWorker(outDir: string, keptIn = KEPT): Promise<string> {
  const key = bundleKey(ROOT);
  const kept = join(keptIn, key);
  rmSync(outDir, { recursive: true, force: true });
  if (existsSync(kept)) {
    cpSync(kept, outDir, { recursive: true });
  } else {
    await makeBundle(outDir);
    // A source that was saved meanwhile may be in it or not.
    if (bundleKey(ROOT) === key) keep(outDir, keptIn, key);
  }
  return mainModule(outDir, ENTRY);
}

/** The main module of a bundle of `entry`. */
function mainModule(outDir: string, entry: string): string {
  return join(outDir, `${basename(entry, ".ts")}.js`);
}

/** The SHA-256 of all that a bundle of the project in `root` is made of, in hexadecimal digits. */
export function bundleKey(root: string): string {
  const hash = createHash("sha256");
  for (const input of INPUTS) {
    for (const path of filesIn(root, input)) {
      const content = readFileSync(join(root, path));
      hash.update(`${path}\0${content.length}\0`).update(content);
    }
  }
  return hash.digest("hex");
}

/** The file `path`, or all files in the folder, by their paths from `root`. */
function filesIn(root: string, path: string): string[] {
  if (statSync(join(root, path)).isFile()) return [path];
  return readdirSync(join(root, path), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(root.length + 1))
    .toSorted();
}

/**
 * Makes a bundle of `entry`, a path in the project, and keeps none.
 * @returns the path of the main module
 * @throws with wrangler's own words when the source does not build.
 */
export async function makeBundle(outDir: string, entry = ENTRY): Promise<string> {
  try {
    await promisify(execFile)(
      process.execPath,
      [WRANGLER, "deploy", entry, "--dry-run", "--outdir", outDir],
      {
        cwd: ROOT,
        env: { ...process.env, WRANGLER_SEND_METRICS: "false", FORCE_COLOR: "0", NO_COLOR: "1" },
      },
    );
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    throw new Error(`The Worker does not build.\n${stderr || stdout}`, { cause: error });
  }
  return mainModule(outDir, entry);
}

/** Keeps a copy, unless another process did so meanwhile, and forgets the oldest. */
function keep(outDir: string, keptIn: string, key: string): void {
  mkdirSync(keptIn, { recursive: true });
  const copy = mkdtempSync(join(keptIn, UNFINISHED));
  try {
    cpSync(outDir, copy, { recursive: true });
    renameSync(copy, join(keptIn, key));
  } catch (error) {
    rmSync(copy, { recursive: true, force: true });
    if (!existsSync(join(keptIn, key))) throw error;
  }
  forgetOldest(keptIn, MOST_KEPT);
}

if (import.meta.main) {
  const folder = mkdtempSync(join(tmpdir(), "slipway-bundle-"));
  try {
    await bundleWorker(join(folder, "bundle"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
