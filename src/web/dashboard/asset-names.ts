// Made by dev/assets.ts: the dashboard's static files, with the names under which they are served.
// prettier-ignore
export const ASSET_NAMES = {
  "app-design.js": "app-design.4dfd108f.js",
  "app-icon.js": "app-icon.4cdcf514.js",
  "base.js": "base.d7a41bc0.js",
  "live-preview.js": "live-preview.4b437231.js",
  "mark.svg": "mark.9ea8d09e.svg",
  "noscript.css": "noscript.e164c749.css",
  "styles.css": "styles.6b338541.css",
} as const;
