// Made by dev/assets.ts: the dashboard's static files, with the names under which they are served.
// prettier-ignore
export const ASSET_NAMES = {
  "base.js": "base.f32bb9f6.js",
  "live.js": "live.a28c6efc.js",
  "mark.svg": "mark.9ea8d09e.svg",
  "noscript.css": "noscript.e164c749.css",
  "passkey.js": "passkey.8ad24e8d.js",
  "styles.css": "styles.78ade06e.css",
} as const;
