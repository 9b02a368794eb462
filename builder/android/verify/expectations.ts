// Compares the facts of an app with what was requested, by rules that are written independently of the packager.
import type { AppSnapshot } from "../../../src/protocol/builder.ts";
import type { AppPermission, Shortcut } from "../../../src/protocol/config-parts.ts";
import type { PushSource, ShellConfig } from "../../../src/protocol/shell-config.ts";
import { expectedPush } from "./expected-push.ts";
import type { Filter, ManifestFacts } from "./manifest-facts.ts";
import type { ShortcutFacts } from "./shortcut-facts.ts";

export interface Expected {
  readonly app: AppSnapshot;
  readonly debuggable: boolean;
  /** Of the signer's certificate, lower-case hex. */
  readonly certificateSha256?: string;
  /** Of a proof build; null, or left out, for every other. */
  readonly adiToken?: string | null;
  /** Where the app registers for pushes; null, or left out, if that is not set up. */
  readonly push?: PushSource | null;
}

const ALWAYS = ["ACCESS_NETWORK_STATE", "INTERNET"];
const ADDED: Readonly<Record<AppPermission, readonly string[]>> = {
  camera: ["CAMERA"],
  microphone: ["MODIFY_AUDIO_SETTINGS", "RECORD_AUDIO"],
  location: ["ACCESS_COARSE_LOCATION", "ACCESS_FINE_LOCATION"],
  notifications: ["POST_NOTIFICATIONS"],
};

const VIEW = "android.intent.action.VIEW";
const VISIBLE = [VIEW, VIEW, "android.intent.action.DIAL", "android.intent.action.SENDTO"];
const CAMERAS = ["android.media.action.IMAGE_CAPTURE", "android.media.action.VIDEO_CAPTURE"];

const LAUNCHER: Filter = {
  autoVerify: false,
  actions: ["android.intent.action.MAIN"],
  categories: ["android.intent.category.LAUNCHER"],
  data: [],
};
const ACTIVITY = "app.slipway.shell.MainActivity";

/** Starts our own activity with the page, and is known by its address. */
const wantedShortcut = (
  { name, short_name = name, url }: Shortcut,
  { package_name }: AppSnapshot,
): ShortcutFacts => ({
  id: url,
  name: name.toWellFormed(),
  short_name: short_name.toWellFormed(),
  opens: { action: VIEW, package: package_name, class: ACTIVITY, data: url },
});

const isPlain = (url = ""): boolean => /^http:/i.test(url);

/** Returns a line for each difference. */
export function differences(
  { app, debuggable, push: source = null }: Expected,
  manifest: ManifestFacts,
  shell: ShellConfig,
  shortcuts: readonly ShortcutFacts[],
): string[] {
  const { config } = app;
  const url = new URL(app.url);
  const asked = config.permissions ?? [];
  const push = expectedPush(config.push, source);
  const permissions = new Set([
    ...ALWAYS,
    ...asked.flatMap((name) => ADDED[name]),
    ...push.permissions,
  ]);
  const cameras = asked.includes("camera") ? CAMERAS : [];
  const hosts = [...new Set([url.hostname, ...(config.allowed_hosts ?? [])])];
  const pairs: readonly (readonly [what: string, found: unknown, wanted: unknown])[] = [
    ["package", manifest.packageName, app.package_name],
    ["version name", manifest.versionName, app.version_name.toWellFormed()],
    ["version code", manifest.versionCode, app.version_code],
    ["minimum SDK", manifest.minSdk, 24],
    ["target SDK", manifest.targetSdk, 36],
    ["label", manifest.label, app.name.toWellFormed()],
    [
      "label below the icon",
      manifest.launcherLabel,
      (config.short_name ?? app.name).toWellFormed(),
    ],
    ["shortcuts", shortcuts, (config.shortcuts ?? []).map((one) => wantedShortcut(one, app))],
    ["debuggable", manifest.debuggable, debuggable],
    ["cleartext traffic", manifest.cleartext, isPlain(app.url) || isPlain(push.shell?.api_origin)],
    ["orientation", manifest.orientation, config.orientation ?? "any"],
    ["activity", manifest.launchActivity, ACTIVITY],
    [
      "permissions",
      manifest.permissions,
      [...permissions].map((name) => `android.permission.${name}`).toSorted(),
    ],
    ["what starts the activity", manifest.filters, [LAUNCHER, ...push.filters]],
    ["receivers and services", manifest.components, push.components],
    ["visible apps", manifest.visible, [...VISIBLE, ...cameras, ...push.visible].toSorted()],
    ["push", shell.push, push.shell],
    ["start page", shell.url, app.url],
    ["hosts", shell.hosts, hosts],
    ["user agent suffix", shell.user_agent_suffix, config.user_agent_suffix ?? ""],
    ["theme colour", shell.theme_color, config.theme_color ?? shell.theme_color],
    [
      "background colour",
      shell.background_color,
      config.background_color ?? shell.background_color,
    ],
    ["launch theme's colour", manifest.themeColors, [shell.theme_color]],
    ["launch theme's background", manifest.backgroundColors, [shell.background_color]],
    ["full screen", shell.fullscreen, config.fullscreen ?? false],
    ["keep awake", shell.keep_awake, config.keep_awake ?? false],
    ["page permissions", [...shell.permissions].toSorted(), [...new Set(asked)].toSorted()],
  ];
  return pairs
    .map(([what, found, wanted]) => [what, JSON.stringify(found), JSON.stringify(wanted)] as const)
    .filter(([, found, wanted]) => found !== wanted)
    .map(([what, found, wanted]) => `${what} is ${found}, not ${wanted}`);
}
