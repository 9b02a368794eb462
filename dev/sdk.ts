// Makes the scripts of the browser SDK from browser/: src/web/sdk/scripts.ts, which the Worker serves, and for `npm pack`
// browser/dist.
//   node dev/sdk.ts            the committed module; a test compares
//   node dev/sdk.ts --package  browser/dist, which is not committed
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const ROOT = join(import.meta.dirname, "..");
const BROWSER = join(ROOT, "browser");
/** The committed result. */
export const SCRIPTS_FILE = join(ROOT, "src/web/sdk/scripts.ts");

/** What browsers have that have all that the scripts call (AbortSignal.timeout): Chromium 103, Firefox 100, Safari 16. */
const TARGET = "es2022";

/** The scripts by their names, with their sources and how others load them. */
const SCRIPTS = {
  "slipway.js": { source: "page/module.ts", format: "esm" },
  "slipway.classic.js": { source: "page/classic.ts", format: "iife" },
  "extra.js": { source: "page/extra.ts", format: "esm" },
  "sw.js": { source: "worker/sw.ts", format: "iife" },
} as const;
export type ScriptName = keyof typeof SCRIPTS;

/** What the types of the package's module have besides those of its calls. */
const MODULE_TYPES = `
export type * from "./api.js";
export declare const Slipway: SlipwaySdk;
`;

/** Returns the scripts. */
export async function makeSdkScripts(): Promise<Record<ScriptName, string>> {
  const made = Object.entries(SCRIPTS).map(async ([name, { source, format }]) => {
    const { outputFiles } = await build({
      entryPoints: [join(BROWSER, source)],
      bundle: true,
      minify: true,
      format,
      target: TARGET,
      charset: "ascii",
      // Loaded when it is needed.
      external: ["./extra.js"],
      // Else each script says that it is strict.
      tsconfigRaw: {},
      write: false,
    });
    return [name, outputFiles[0]?.text.trim() ?? ""];
  });
  return Object.fromEntries(await Promise.all(made)) as Record<ScriptName, string>;
}

/** Returns the text of the module that the Worker serves them from. */
export function scriptsModule(scripts: Record<ScriptName, string>): string {
  const quoted = Object.entries(scripts).map(
    ([name, text]) => `  "${name}": ${JSON.stringify(text)},`,
  );
  return [
    "// The scripts of the browser SDK, made from browser/ by dev/sdk.ts.",
    "export const SCRIPTS = {",
    ...quoted,
    "} as const;",
    "",
  ].join("\n");
}

/** Writes what `npm pack` packs. */
export async function makePackage(directory = join(BROWSER, "dist")): Promise<void> {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  for (const [name, text] of Object.entries(await makeSdkScripts())) {
    writeFileSync(join(directory, name), `${text}\n`);
  }
  const typesIn = (file: string) => readFileSync(join(BROWSER, file), "utf8");
  writeFileSync(join(directory, "api.d.ts"), typesIn("api.ts"));
  const own = typesIn("page/api.ts").replaceAll('"../api.ts"', '"./api.js"');
  writeFileSync(join(directory, "slipway.d.ts"), own + MODULE_TYPES);
}

if (import.meta.main) {
  if (process.argv.includes("--package")) await makePackage();
  else {
    writeFileSync(SCRIPTS_FILE, scriptsModule(await makeSdkScripts()));
    execFileSync(join(ROOT, "node_modules/.bin/oxfmt"), [SCRIPTS_FILE]);
  }
}
