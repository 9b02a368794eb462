// Made by dev/assets.ts: the dashboard's static files, with the names under which they are served.
// prettier-ignore
export const ASSET_NAMES = {
  "app-design.js": "app-design.5418e8d9.js",
  "app-icon.js": "app-icon.0315a9ab.js",
  "base.js": "base.77ae5406.js",
  "live-preview.js": "live-preview.c2c2fd1f.js",
  "live.js": "live.a980773c.js",
  "log.js": "log.98f6042b.js",
  "mark.svg": "mark.9ea8d09e.svg",
  "noscript.css": "noscript.e164c749.css",
  "passkey.js": "passkey.8ad24e8d.js",
  "styles.css": "styles.1fa01ebb.css",
} as const;
