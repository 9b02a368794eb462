// Measures how the Worker starts, from a new workerd to its first answer, compared with an empty Worker: the CPU that workerd
// spends, where the system tells it (Linux), the time, and the size of the bundle. The difference goes into reading the
// bundle and evaluating its modules, which a deployment does for each new isolate. Cloudflare allows a second of CPU for it.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { unstable_readConfig as readConfig } from "wrangler";
import { makeSecrets } from "../dev/secrets.ts";
import { kilobytes } from "../dev/say.ts";
import { bundleWorker } from "../dev/worker/bundle.ts";
import { header, row } from "./report.ts";

/** The number of measured starts of each, and of those before them that fill the disk's cache. */
const RUNS = 15;
const WARM_UP_RUNS = 2;
/** The requested path, which needs no bindings. */
const PATH = "/healthz";
const NS_IN_MS = 1_000_000;
const EMPTY = `export default { fetch: () => new Response("ok") };`;

const config = readConfig(
  { config: join(import.meta.dirname, "../wrangler.toml") },
  { hideWarnings: true },
);

interface Start {
  ms: number;
  /** null where the system does not tell it. */
  cpuMs: number | null;
}

/** Starts the module at `path` in a new workerd, sends it one request, and returns what that took. */
async function start(path: string): Promise<Start> {
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
    const ms = performance.now() - begin;
    if (status !== 200) throw new Error(`${path} answered ${status}`);
    return { ms, cpuMs: cpuOfWorkerd() };
  } finally {
    await miniflare.dispose();
  }
}

/** The CPU that the workerd of this process has used, all threads together, ms; null where there is no /proc. */
function cpuOfWorkerd(): number | null {
  if (!existsSync("/proc/self/schedstat")) return null;
  const children = execFileSync("ps", ["-o", "pid=,args=", "--ppid", String(process.pid)], {
    encoding: "utf8",
  });
  const pid = /^ *(\d+) .*workerd/m.exec(children)?.[1];
  if (pid === undefined) return null;
  const tasks = `/proc/${pid}/task`;
  const spent = readdirSync(tasks).map((task) =>
    Number(readFileSync(join(tasks, task, "schedstat"), "utf8").split(" ")[0]),
  );
  return spent.reduce((sum, each) => sum + each, 0) / NS_IN_MS;
}

/** Prints how ours compares with the empty one. */
function compare(what: string, ours: readonly number[], theirs: readonly number[]): void {
  const our = row(`${what}: the Worker`, ours);
  const their = row(`${what}: an empty Worker`, theirs);
  console.log(
    `${what}, difference of medians, the Worker's own start: ${(our - their).toFixed(1)} ms`,
  );
}

const directory = mkdtempSync(join(tmpdir(), "slipway-bench-"));
try {
  const bundle = await bundleWorker(join(directory, "bundle"));
  const empty = join(directory, "empty.js");
  writeFileSync(empty, EMPTY);
  const ours: Start[] = [];
  const theirs: Start[] = [];
  for (let at = 0; at < WARM_UP_RUNS + RUNS; at += 1) {
    const took = [await start(bundle), await start(empty)] as const;
    if (at < WARM_UP_RUNS) continue;
    ours.push(took[0]);
    theirs.push(took[1]);
  }
  header("\nstart-up, a new workerd to its first answer");
  const cpu = (starts: readonly Start[]) => starts.flatMap(({ cpuMs }) => cpuMs ?? []);
  if (cpu(ours).length > 0) compare("CPU", cpu(ours), cpu(theirs));
  else console.log("CPU: this system does not tell it");
  const time = (starts: readonly Start[]) => starts.map(({ ms }) => ms);
  compare("time", time(ours), time(theirs));
  const code = readFileSync(bundle);
  const zipped = kilobytes(gzipSync(code).byteLength);
  console.log(`bundle: ${kilobytes(code.byteLength)}, ${zipped} in gzip`);
} finally {
  rmSync(directory, { recursive: true, force: true });
}
