// `npm run openapi`: writes the OpenAPI document that the Worker serves to dist/openapi.json.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Kept } from "./keep.ts";
import { choosePort, HOST } from "./port.ts";
import { bundleWorker } from "./worker/bundle.ts";
import { startWorker } from "./worker/start.ts";

const ROOT = join(import.meta.dirname, "..");

/** Fetches the document from a Worker that is started only for this. */
export async function readDocument(): Promise<unknown> {
  const stateDir = mkdtempSync(join(tmpdir(), "slipway-openapi-"));
  let worker: Kept | null = null;
  try {
    const port = await choosePort(0);
    const bundle = await bundleWorker(join(stateDir, "bundle"));
    const options = {
      config: join(ROOT, "wrangler.toml"),
      stateDir,
      bundle,
      port,
      onPid: () => {},
    };
    await startWorker(options, (kept) => (worker = kept));
    const response = await fetch(`http://${HOST}:${port}/openapi.json`);
    if (!response.ok) throw new Error(`/openapi.json was answered ${response.status}`);
    return await response.json();
  } finally {
    await (worker as Kept | null)?.stop();
    rmSync(stateDir, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  mkdirSync(join(ROOT, "dist"), { recursive: true });
  writeFileSync(
    join(ROOT, "dist", "openapi.json"),
    `${JSON.stringify(await readDocument(), null, 2)}\n`,
  );
  console.log("Wrote dist/openapi.json");
}
