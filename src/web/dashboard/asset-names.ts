// Made by dev/assets.ts: the dashboard's static files, with the names under which they are served.
// prettier-ignore
export const ASSET_NAMES = {
  "base.js": "base.77ae5406.js",
  "live.js": "live.a28c6efc.js",
  "log.js": "log.f34f103d.js",
  "mark.svg": "mark.9ea8d09e.svg",
  "noscript.css": "noscript.e164c749.css",
  "styles.css": "styles.1fa01ebb.css",
} as const;
