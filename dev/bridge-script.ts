// Makes builder/shell/slipway.js, which the shell runs in pages of the app, from browser/bridge.ts:
//   node dev/bridge-script.ts
// The committed file is the one that the pinned esbuild makes; a test compares.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { transform } from "esbuild";

const ROOT = join(import.meta.dirname, "..");
const SOURCE_FILE = join(ROOT, "browser/bridge.ts");
/** The committed result. */
export const BRIDGE_SCRIPT_FILE = join(ROOT, "builder/shell/slipway.js");
/** The WebView that Android 7.0 came with, which a device may have kept. */
const OLDEST_WEBVIEW = "chrome51";
/** How the result ends: with the name of the function to call. */
const EXPORTED = /export\{(\w+) as default\};\s*$/;

/**
 * Returns the script: an expression that gives one function, to which the shell adds what it calls it with. All names are
 * inside another function, since a page may have the same.
 * @throws if the source exports anything else, or imports anything but types
 */
export async function makeBridgeScript(): Promise<string> {
  const { code } = await transform(readFileSync(SOURCE_FILE, "utf8"), {
    loader: "ts",
    format: "esm",
    minify: true,
    target: OLDEST_WEBVIEW,
    charset: "ascii",
  });
  const name = EXPORTED.exec(code)?.[1];
  const inner = code.replace(EXPORTED, "");
  if (name === undefined || /\b(?:import|export)\b/.test(inner)) {
    throw new Error(`${SOURCE_FILE} must export one function, and import types alone`);
  }
  return `(function(){${inner}return ${name}})()`;
}

if (import.meta.main) {
  const script = await makeBridgeScript();
  writeFileSync(BRIDGE_SCRIPT_FILE, script);
  console.log(`slipway.js: ${script.length} bytes`);
}
