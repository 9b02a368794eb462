// Made by dev/assets.ts: the dashboard's static files, with the names under which they are served.
// prettier-ignore
export const ASSET_NAMES = {
  "app-design.js": "app-design.3bcafc8e.js",
  "app-icon.js": "app-icon.64c46bb8.js",
  "audience.js": "audience.12c6486f.js",
  "base.js": "base.a24ed84b.js",
  "composer.js": "composer.30eab00c.js",
  "live-preview.js": "live-preview.c390e476.js",
  "live.js": "live.a71ff6cf.js",
  "log.js": "log.14b271f3.js",
  "mark.svg": "mark.9ea8d09e.svg",
  "noscript.css": "noscript.e164c749.css",
  "passkey.js": "passkey.2dd431b4.js",
  "preview.js": "preview.4a01df47.js",
  "segments.js": "segments.bece7eaa.js",
  "styles.css": "styles.a5442dc8.css",
  "subscribe-here.js": "subscribe-here.6d9e90bd.js",
} as const;
