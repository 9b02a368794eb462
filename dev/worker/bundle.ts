// Bundles the Worker exactly as a deployment would.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const ROOT = join(import.meta.dirname, "..", "..");
const WRANGLER = join(ROOT, "node_modules", "wrangler", "bin", "wrangler.js");

/**
 * Writes the bundle into `outDir`.
 * @returns the path of the main module
 * @throws with wrangler's own words when the source does not build.
 */
export async function bundleWorker(outDir: string): Promise<string> {
  try {
    await promisify(execFile)(
      process.execPath,
      [WRANGLER, "deploy", "--dry-run", "--outdir", outDir],
      {
        cwd: ROOT,
        env: { ...process.env, WRANGLER_SEND_METRICS: "false", FORCE_COLOR: "0", NO_COLOR: "1" },
      },
    );
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    throw new Error(`The Worker does not build.\n${stderr || stdout}`, { cause: error });
  }
  return join(outDir, "index.js");
}
