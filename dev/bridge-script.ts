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
/** What the function is preceded by; anything else would have to be declared in the page. */
const EXPORTED = "export default ";

/**
 * Returns the script: one function in parentheses, to which the shell adds what it calls it with.
 * @throws if the source has more than that function
 */
export async function makeBridgeScript(): Promise<string> {
  const { code } = await transform(readFileSync(SOURCE_FILE, "utf8"), {
    loader: "ts",
    minify: true,
    target: OLDEST_WEBVIEW,
    charset: "ascii",
  });
  const script = code.trim();
  if (!script.startsWith(`${EXPORTED}function`) || !script.endsWith("}")) {
    throw new Error(`${SOURCE_FILE} must hold one function and types, nothing else`);
  }
  return `(${script.slice(EXPORTED.length)})`;
}

if (import.meta.main) {
  const script = await makeBridgeScript();
  writeFileSync(BRIDGE_SCRIPT_FILE, script);
  console.log(`slipway.js: ${script.length} bytes`);
}
