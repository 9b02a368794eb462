// Makes one JavaScript file of the program, for Node 20 and later: what `npm pack` packs.
//
//   npm pack        (in this folder)
import { join } from "node:path";
import { build } from "esbuild";

await build({
  entryPoints: [join(import.meta.dirname, "main.ts")],
  outfile: join(import.meta.dirname, "dist", "slipway.js"),
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  legalComments: "none",
});
