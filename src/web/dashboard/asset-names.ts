// Made by dev/assets.ts: the dashboard's static files, with the names under which they are served.
// prettier-ignore
export const ASSET_NAMES = {
  "base.js": "base.1b05d6ec.js",
  "log.js": "log.f122c52f.js",
  "mark.svg": "mark.9ea8d09e.svg",
  "noscript.css": "noscript.e164c749.css",
  "styles.css": "styles.7432e7fc.css",
} as const;
