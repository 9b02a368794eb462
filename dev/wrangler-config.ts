// wrangler.toml as wrangler itself reads it, narrowed to what the local stack uses.
//
// To load wrangler takes two seconds of the processor, which every stack would pay before it begins to start. So what wrangler
// made of a configuration is kept, under the hash of all that it reads for that, and wrangler is loaded only where nothing is.
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { deserialize, serialize } from "node:v8";
import type { unstable_getMiniflareWorkerOptions as readOptions } from "wrangler";
import { z } from "zod";
import { forgetOldest, UNFINISHED } from "./worker/kept.ts";

const ROOT = join(import.meta.dirname, "..");
/** Where what wrangler made is kept, each in a file that is named by its `configKey`. `npm ci` empties it. */
const KEPT = join(ROOT, "node_modules", ".cache", "slipway-config");
/** Configurations that are kept, each of 4 KB: tests start Workers with a few of their own beside the project's. */
const MOST_KEPT = 32;
/** Files beside a configuration that wrangler reads variables from. */
const VARIABLES = /^\.(?:dev\.vars|env)(?:\.|$)/;
/** Variables of the environment that change how wrangler reads a configuration. */
const SETTINGS = /^(?:CLOUDFLARE|WRANGLER)_/;

const Schema = z.object({
  name: z.string(),
  d1_databases: z.array(
    z.object({ binding: z.string(), migrations_dir: z.string().default("migrations") }),
  ),
  vars: z.object({ PUBLIC_URL: z.string().default("") }).prefault({}),
  triggers: z.object({ crons: z.array(z.string()).default([]) }),
});

export type WranglerConfig = z.infer<typeof Schema>;

/** What the local stack needs of a configuration. */
export interface LocalWorker {
  config: WranglerConfig;
  /** The bindings and settings of the Worker, as Miniflare wants them. */
  options: ReturnType<typeof readOptions>["workerOptions"];
}

/** Reads the wrangler.toml at `path`. `keptIn` is the folder in which what was read is kept. */
export async function readLocalWorker(path: string, keptIn = KEPT): Promise<LocalWorker> {
  const key = configKey(path);
  const kept = join(keptIn, key);
  // With it, wrangler takes any variable of the environment for one of the Worker's.
  const isKept = process.env["CLOUDFLARE_INCLUDE_PROCESS_ENV"] === undefined;
  if (isKept && existsSync(kept)) return deserialize(readFileSync(kept)) as LocalWorker;
  const { unstable_getMiniflareWorkerOptions: read } = await import("wrangler");
  const { workerOptions: options } = read(path);
  const worker = { config: await readWranglerConfig(path), options };
  // A file that was saved meanwhile may have been read or not.
  if (isKept && configKey(path) === key) {
    mkdirSync(keptIn, { recursive: true });
    const draft = join(keptIn, `${UNFINISHED}${process.pid}-${key}`);
    writeFileSync(draft, serialize(worker));
    renameSync(draft, kept);
    forgetOldest(keptIn, MOST_KEPT);
  }
  return worker;
}

/** Reads the wrangler.toml at `path`, narrowed. */
export async function readWranglerConfig(path: string): Promise<WranglerConfig> {
  const { unstable_readConfig: read } = await import("wrangler");
  return Schema.parse(read({ config: path }, { hideWarnings: true }));
}

/** The SHA-256 of all that says what wrangler makes of the wrangler.toml at `path`, in hexadecimal digits. */
export function configKey(path: string): string {
  const file = resolve(path);
  const folder = dirname(file);
  const beside = readdirSync(folder).filter((name) => VARIABLES.test(name));
  const files = [
    file,
    ...beside.toSorted().map((name) => join(folder, name)),
    // its versions of wrangler, and what is done with what it says
    join(ROOT, "package-lock.json"),
    import.meta.filename,
  ];
  const names = Object.keys(process.env).filter((name) => SETTINGS.test(name));
  const settings = names.toSorted().map((name) => [name, process.env[name]]);
  const hash = createHash("sha256").update(JSON.stringify(settings));
  for (const each of files) {
    const content = readFileSync(each);
    hash.update(`${each}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}
