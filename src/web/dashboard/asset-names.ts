// Made by dev/assets.ts: the dashboard's static files, with the names under which they are served.
// prettier-ignore
export const ASSET_NAMES = {
  "app-design.js": "app-design.591850e5.js",
  "app-icon.js": "app-icon.069f6716.js",
  "audience.js": "audience.22b8e7e0.js",
  "base.js": "base.9654223e.js",
  "composer.js": "composer.79bf4430.js",
  "live-preview.js": "live-preview.51e8017c.js",
  "live.js": "live.dfd84523.js",
  "log.js": "log.abfe65b5.js",
  "mark.svg": "mark.9ea8d09e.svg",
  "noscript.css": "noscript.e164c749.css",
  "passkey.js": "passkey.2dd431b4.js",
  "preview.js": "preview.4a01df47.js",
  "segments.js": "segments.bece7eaa.js",
  "styles.css": "styles.2d0ec536.css",
  "subscribe-here.js": "subscribe-here.2b412dcf.js",
} as const;
