// The files of the demo page, by name: its script, the worker file that every site has of its own, and what makes it an app
// on a Home Screen, which alone may ask on an iPhone.
import { MARK_PATH } from "../install/mark.ts";
import { DEMO_SCRIPT } from "./script.ts";

const SCRIPT = "text/javascript; charset=utf-8";

const MANIFEST = {
  name: "Slipway demo",
  start_url: "/demo",
  display: "standalone",
  icons: [{ src: MARK_PATH, sizes: "any", type: "image/svg+xml" }],
};

export const DEMO_FILES: ReadonlyMap<string, { type: string; text: string }> = new Map([
  ["demo.js", { type: SCRIPT, text: DEMO_SCRIPT }],
  ["sw.js", { type: SCRIPT, text: 'importScripts("/sdk/sw.js");\n' }],
  ["manifest.json", { type: "application/manifest+json", text: JSON.stringify(MANIFEST) }],
]);
