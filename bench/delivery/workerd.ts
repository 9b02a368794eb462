// Runs one Worker in a plain workerd, without the simulators of the local stack: bundled as a deployment is, with a
// configuration of its own, and with the real network behind `fetch`.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { build } from "esbuild";
import { z } from "zod";
import { unstable_readConfig as readConfig } from "wrangler";
import { HOST } from "../../dev/port.ts";

const ROOT = join(import.meta.dirname, "..", "..");
/** The file descriptor by which workerd tells on which port it listens. */
const CONTROL = 3;
const Listening = z.object({ event: z.literal("listen"), port: z.int() });

/** The Worker's configuration for deployments, of which compatibility date, flags and variables are taken. */
export const config = readConfig({ config: join(ROOT, "wrangler.toml") }, { hideWarnings: true });

export interface Workerd {
  pid: number;
  url: string;
  stop: () => void;
}

/** Starts the Worker of bench/delivery/worker/`name`.ts with `bindings` of text. Puts its files into `directory`. */
export async function startWorkerd(
  name: string,
  bindings: Record<string, string>,
  directory: string,
): Promise<Workerd> {
  await build({
    entryPoints: [join(import.meta.dirname, "worker", `${name}.ts`)],
    outfile: join(directory, `${name}.js`),
    bundle: true,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    external: ["node:*", "cloudflare:*"],
    // both as wrangler.toml and wrangler have it
    minify: true,
    keepNames: true,
    logLevel: "error",
  });
  const configFile = join(directory, `${name}.capnp`);
  writeFileSync(configFile, capnp(name, bindings));
  const child = spawn(binary(), ["serve", configFile, `--control-fd=${CONTROL}`], {
    stdio: ["ignore", "inherit", "pipe", "pipe"],
  });
  if (child.stderr) void tell(child.stderr);
  const ended = once(child, "exit").then(() => {
    throw new Error(`workerd ended before it listened; its configuration is ${configFile}`);
  });
  const port = await Promise.race([listening(child.stdio[CONTROL] as Readable), ended]);
  ended.catch(() => undefined);
  return { pid: child.pid ?? 0, url: `http://${HOST}:${port}`, stop: () => void child.kill() };
}

/** The program itself, of the release that comes with miniflare. */
function binary(): string {
  const beside = createRequire(import.meta.resolve("miniflare"));
  return (beside("workerd") as { default: string }).default;
}

/** Passes on what workerd complains of, but not that a flag of wrangler.toml is the default by now. */
async function tell(complaints: Readable): Promise<void> {
  for await (const line of createInterface({ input: complaints })) {
    if (!line.includes("became the default")) console.error(line);
  }
}

/** Returns the port, once workerd listens. */
async function listening(control: Readable): Promise<number> {
  for await (const line of createInterface({ input: control })) {
    const told = Listening.safeParse(JSON.parse(line));
    if (told.success) return told.data.port;
  }
  throw new Error("workerd did not say where it listens");
}

/** Returns workerd's configuration (workerd.capnp). Texts of JSON are texts of Cap'n Proto too, if they are ASCII. */
function capnp(name: string, bindings: Record<string, string>): string {
  const text = (value: string) => JSON.stringify(value);
  const flags = config.compatibility_flags.map(text).join(", ");
  const bound = Object.entries(bindings).map(
    ([key, value]) => `(name = ${text(key)}, text = ${text(value)})`,
  );
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = [(name = "worker", esModule = embed "${name}.js")],
      compatibilityDate = ${text(config.compatibility_date ?? "")},
      compatibilityFlags = [${flags}],
      globalOutbound = "network",
      bindings = [${bound.join(", ")}],
    )),
    (name = "network", network = (allow = ["private"])),
  ],
  sockets = [(name = "http", address = "${HOST}:0", http = (), service = "main")],
);
`;
}
