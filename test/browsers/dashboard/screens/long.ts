// Pages on which every name is as long as it can be.
import type { Screen } from "../screen.ts";
import type { SeedLong } from "../seed-long.ts";

const long = (name: string, path: (seed: SeedLong) => string, opens?: string): Screen => ({
  name: `long-${name}`,
  path: (seed) => path(seed.long),
  // Whether a site can be shown is asked by the script.
  needsScript: true,
  ...(opens === undefined ? {} : { opens }),
});

export const screens: Screen[] = [
  long("apps", ({ base }) => base),
  long("start", ({ app }) => `${app}/start`),
  long("overview", ({ app }) => app),
  long("delete", ({ app }) => app, "button[commandfor='delete-app']"),
  long("design", ({ app }) => `${app}/design`),
  long("builds", ({ app }) => `${app}/builds`),
  long("distribution", ({ app }) => `${app}/distribution`),
  long("channels", ({ app }) => `${app}/channels`),
  long("channel", ({ channel }) => channel),
  long("channel-change", ({ channel }) => channel, "button[commandfor='change-ch']"),
  long("keystores", ({ base }) => `${base}/keystores`),
  long("keystore-delete", ({ base }) => `${base}/keystores`, "button[commandfor^='delete-key']"),
  long("api-keys", ({ base }) => `${base}/api-keys`),
  long("api-key-end", ({ base }) => `${base}/api-keys`, "td.act button"),
  long("team", ({ base }) => `${base}/team`),
  long("audit", ({ base }) => `${base}/audit`),
  long("settings", ({ base }) => `${base}/settings`),
  long("settings-delete", ({ base }) => `${base}/settings`, "button[commandfor='delete-account']"),
];
