// Measures how long the Worker takes to start, from a new workerd to its first answer, compared with an empty Worker.
// The difference is spent on reading the bundle and evaluating its modules, which a deployment does for each new
// isolate.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { unstable_readConfig as readConfig } from "wrangler";
import { makeSecrets } from "../dev/secrets.ts";
import { bundleWorker } from "../dev/worker/bundle.ts";
import { header, row } from "./report.ts";

/** The number of measured starts of each, and of those before them that fill the disk's cache. */
const RUNS = 15;
const WARM_UP_RUNS = 2;
/** The requested path, which needs no bindings. */
const PATH = "/healthz";
const EMPTY = `export default { fetch: () => new Response("ok") };`;

const config = readConfig(
  { config: join(import.meta.dirname, "../wrangler.toml") },
  { hideWarnings: true },
);

/** Starts the module at `path` in a new workerd, sends it one request, and returns how long that took, ms. */
async function start(path: string): Promise<number> {
  const begin = performance.now();
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      cf: false,
      telemetry: { enabled: false },
      // the Worker logs each request
      handleStructuredLogs: () => {},
      modules: [{ type: "ESModule", path }],
      modulesRoot: dirname(path),
      compatibilityDate: config.compatibility_date ?? "",
      compatibilityFlags: config.compatibility_flags,
      bindings: { ...config.vars, ...makeSecrets() },
    }),
  );
  try {
    const { status } = await miniflare.dispatchFetch(`http://localhost${PATH}`);
    const took = performance.now() - begin;
    if (status !== 200) throw new Error(`${path} answered ${status}`);
    return took;
  } finally {
    await miniflare.dispose();
  }
}

const directory = mkdtempSync(join(tmpdir(), "slipway-bench-"));
try {
  const bundle = await bundleWorker(join(directory, "bundle"));
  const empty = join(directory, "empty.js");
  writeFileSync(empty, EMPTY);
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let at = 0; at < WARM_UP_RUNS + RUNS; at += 1) {
    const took = [await start(bundle), await start(empty)] as const;
    if (at < WARM_UP_RUNS) continue;
    ours.push(took[0]);
    theirs.push(took[1]);
  }
  header("\nstart-up");
  const our = row("a new workerd to the Worker's first answer", ours);
  const their = row("the same of an empty Worker", theirs);
  console.log(`difference of medians, the Worker's own start: ${(our - their).toFixed(1)} ms`);
  console.log(`ratio of medians, ours to an empty Worker: ${(our / their).toFixed(2)}`);
} finally {
  rmSync(directory, { recursive: true, force: true });
}
