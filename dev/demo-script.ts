// Makes src/web/demo/script.ts, the script of the demo page as text, from browser/demo/demo.ts:
//   node dev/demo-script.ts
// The committed file is the one that the pinned esbuild makes; a test compares.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const ROOT = join(import.meta.dirname, "..");
const SOURCE_FILE = join(ROOT, "browser/demo/demo.ts");
/** The committed result. */
export const DEMO_SCRIPT_FILE = join(ROOT, "src/web/demo/script.ts");
/** The SDK, which the page gets as any site does, and not again with the script. */
const SDK = "/sdk/slipway.js";

/** Returns the module. */
export async function makeDemoScript(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [SOURCE_FILE],
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    charset: "ascii",
    write: false,
    plugins: [
      {
        name: "sdk",
        setup: (building) =>
          building.onResolve({ filter: /\/page\/module\.ts$/ }, () => {
            return { path: SDK, external: true };
          }),
      },
    ],
  });
  const script = outputFiles[0]?.text.trim() ?? "";
  return `// Made by dev/demo-script.ts of browser/demo/demo.ts: the script of the demo page.\n// prettier-ignore\nexport const DEMO_SCRIPT =\n  ${JSON.stringify(script)};\n`;
}

if (import.meta.main) {
  const text = await makeDemoScript();
  writeFileSync(DEMO_SCRIPT_FILE, text);
  console.log(`script.ts: ${text.length} bytes`);
}
