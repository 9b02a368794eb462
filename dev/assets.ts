// Makes the dashboard's static files from browser/dashboard: the style sheets, the icon of the site, and a script for each
// .ts file there, under names that hold the hash of what is in them; and the module by which pages know those names.
//   node dev/assets.ts
// What it makes is committed, so that a deployment needs nothing but a clone; a test compares. After a merge that conflicts
// in what was made, run it again.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, parse } from "node:path";
import { build } from "esbuild";
import { HEADERS, ROOT, STATIC } from "../site/static-files.ts";

const SOURCES = join(ROOT, "browser/dashboard");
/** The module with the names. */
export const NAMES_FILE = join(ROOT, "src/web/dashboard/asset-names.ts");
/** Characters of a name that are hash: 32 bits, which tell one release's file from another's. */
const HASH_CHARACTERS = 8;

/** Returns the files that this makes of STATIC, by their paths, and the text of the module with their names. */
export async function makeAssets(): Promise<{ files: Map<string, string>; names: string }> {
  const files = new Map([["_headers", HEADERS]]);
  const names: string[] = [];
  for (const source of readdirSync(SOURCES).toSorted()) {
    const { name, ext } = parse(source);
    if (ext === "" || source.endsWith("config.json")) continue;
    const text = await made(join(SOURCES, source), ext);
    const end = ext === ".ts" ? ".js" : ext;
    const hash = createHash("sha256").update(text).digest("hex").slice(0, HASH_CHARACTERS);
    files.set(`assets/${name}.${hash}${end}`, text);
    names.push(`  "${name}${end}": "${name}.${hash}${end}",`);
  }
  return { files, names: module(names) };
}

async function made(source: string, ext: string): Promise<string> {
  if (ext === ".svg") return readFileSync(source, "utf8");
  const { outputFiles } = await build({
    entryPoints: [source],
    bundle: true,
    minify: true,
    format: "esm",
    // Browsers that know the style sheet's light-dark(): Chromium 123, Firefox 120, Safari 17.5.
    ...(ext === ".css" ? {} : { target: "es2023" }),
    charset: "ascii",
    // Else each script says that it is strict.
    tsconfigRaw: {},
    write: false,
  });
  return outputFiles[0]?.text ?? "";
}

function module(names: readonly string[]): string {
  return [
    "// Made by dev/assets.ts: the dashboard's static files, with the names under which they are served.",
    "// prettier-ignore",
    "export const ASSET_NAMES = {",
    ...names,
    "} as const;",
    "",
  ].join("\n");
}

if (import.meta.main) {
  const { files, names } = await makeAssets();
  rmSync(join(STATIC, "assets"), { recursive: true, force: true });
  mkdirSync(join(STATIC, "assets"), { recursive: true });
  for (const [path, text] of files) writeFileSync(join(STATIC, path), text);
  writeFileSync(NAMES_FILE, names);
  for (const [path, text] of files) console.log(`${path}: ${text.length} bytes`);
}
