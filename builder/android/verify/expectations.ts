// Compares the facts of an app with what was requested, by rules that are written independently of the packager.
import { isLight } from "../../../src/protocol/color.ts";
import type { AppSnapshot } from "../../../src/protocol/builder.ts";
import type { AppConfig } from "../../../src/protocol/config.ts";
import type { AppPermission, Shortcut } from "../../../src/protocol/config-parts.ts";
import type { PushSource, ShellConfig } from "../../../src/protocol/shell-config.ts";
import { expectedPush } from "./expected-push.ts";
import type { Behaviour } from "./behaviour-facts.ts";
import type { Filter, ManifestFacts } from "./manifest-facts.ts";
import type { NetworkFacts } from "./network-facts.ts";
import type { ShortcutFacts } from "./shortcut-facts.ts";
import type { ThemeFacts } from "./theme-facts.ts";

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
const VISIBLE = [
  `${VIEW} https`,
  `${VIEW} http`,
  "android.intent.action.DIAL tel",
  "android.intent.action.SENDTO mailto",
];
const CAMERAS = ["android.media.action.IMAGE_CAPTURE", "android.media.action.VIDEO_CAPTURE"];

/** What a permission of Android's asks of a device, unless the app says that it can do without. */
const FEATURES: Readonly<Record<AppPermission, readonly string[]>> = {
  camera: ["camera", "camera.autofocus"],
  microphone: ["microphone"],
  location: ["location", "location.gps", "location.network"],
  notifications: [],
};

/** Of every app: nothing of it gets into backups, its task has it once, and no change of the device starts it anew. */
const BEHAVIOUR: Behaviour = {
  hasOneIcon: true,
  allowBackup: false,
  hardwareAccelerated: true,
  supportsRtl: true,
  enableOnBackInvokedCallback: true,
  launchMode: 2,
  configChanges: 0xd000_ffff,
  windowSoftInputMode: 0x10,
};

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
  id: ascii(url),
  name: name.toWellFormed(),
  short_name: short_name.toWellFormed(),
  opens: { action: VIEW, package: package_name, class: ACTIVITY, data: ascii(url) },
});

/** By day and by night. */
const DARK = { system: [false, true], light: [false, false], dark: [true, true] } as const;

/** What pages at an address are asked for: without a dot at its end. */
const hostOf = (address: string): string => new URL(address).hostname.replace(/\.$/, "");

const isPlain = (url = ""): boolean => /^http:/i.test(url);

/** What is found in an app. */
export interface Facts {
  readonly manifest: ManifestFacts;
  readonly shell: ShellConfig;
  readonly shortcuts: readonly ShortcutFacts[];
  readonly network: NetworkFacts;
  readonly theme: ThemeFacts;
  /** HTML; null for an app without. */
  readonly offlinePage: string | null;
}

/** A filter for links to a host, or of a scheme. */
const linkFilter = (data: Readonly<Record<string, string>>, autoVerify: boolean): Filter => ({
  autoVerify,
  actions: [VIEW],
  categories: ["android.intent.category.DEFAULT", "android.intent.category.BROWSABLE"],
  data: [data],
});

/** Whether the system can ask a host for its asset links. */
const hasName = (host: string): boolean => host !== "localhost" && !/^(\[|[\d.]+$)/.test(host);

/** What leads into the app: links of its host and of those that bring people back, and its own scheme. */
function wantedLinks(url: URL, { return_hosts = [], custom_scheme }: AppConfig): Filter[] {
  const own = { scheme: url.protocol.slice(0, -1), host: url.hostname };
  const first = url.port === "" ? own : { ...own, port: url.port };
  const isFirst = (host: string) => own.scheme === "https" && url.host === host;
  const others = return_hosts.filter((host) => !isFirst(host));
  return [
    ...(url.hostname.startsWith("[") ? [] : [linkFilter(first, hasName(url.hostname))]),
    ...others.map((host) => linkFilter({ scheme: "https", host }, hasName(host))),
    ...(custom_scheme === undefined ? [] : [linkFilter({ scheme: custom_scheme }, false)]),
  ];
}

/** The hosts that may be reached without TLS: those that the app needs so, and those that its owner names. */
function wantedCleartext({ url, config }: AppSnapshot, apiOrigin: string | undefined): string[] {
  const own = [url, apiOrigin].filter(isPlain).map((one) => hostOf(one ?? ""));
  const host = hostOf(url);
  if (isPlain(url) && hasName(host)) {
    own.push(host.startsWith("www.") ? host.slice(4) : `www.${host}`);
  }
  const hosts = new Set([...own, ...(config.cleartext_hosts ?? [])]);
  // All below a host are a pattern that holds the host, too.
  return [...hosts].filter((one) => !hosts.has(`*.${one}`)).toSorted();
}

/** The same as the shell compares hosts, but never the own one of a page that came by TLS. */
const plainHosts = ({ protocol, hostname }: URL, cleartext: readonly string[]): string[] =>
  cleartext
    .flatMap((host) => (host.startsWith("*.") ? [host, host.slice("*.".length)] : [host]))
    .filter((host) => protocol === "http:" || host !== hostname)
    .toSorted();

const features = ({ permissions = [], orientation = "any" }: AppConfig): string[] =>
  [
    ...new Set(permissions).values().flatMap((name) => FEATURES[name]),
    ...(orientation === "any" ? [] : [`screen.${orientation}`]),
  ]
    .map((name) => `android.hardware.${name}`)
    .toSorted();

/** Hosts are compared with what a WebView says, and old ones read some letters otherwise. */
const ascii = (address: string): string =>
  /^[\x20-\x7e]*$/.test(address) ? address : new URL(address).href;

type Pair = readonly [what: string, found: unknown, wanted: unknown];

/** What follows from one setting each. */
function settingPairs(config: AppConfig, { shell, theme, offlinePage }: Facts): readonly Pair[] {
  const background = config.background_color ?? shell.background_color;
  return [
    ["user agent suffix", shell.user_agent_suffix, config.user_agent_suffix ?? ""],
    ["theme colour", shell.theme_color, config.theme_color ?? shell.theme_color],
    ["background colour", shell.background_color, background],
    ["launch theme's colour", theme.barColors, [shell.theme_color]],
    ["bar of buttons", theme.navigationColors, [shell.background_color]],
    [
      "dark signs on the bars",
      theme.darkSigns,
      [isLight(shell.theme_color), isLight(shell.background_color)],
    ],
    ["launch theme's background", theme.backgroundColors, [shell.background_color]],
    ["colour at the start", theme.splashColors, [config.splash_color ?? background]],
    ["dark theme", theme.isDark, DARK[config.theme ?? "system"]],
    ["tabs of the browser", shell.custom_tab_hosts, config.custom_tab_hosts ?? []],
    ["scheme", shell.custom_scheme, config.custom_scheme ?? null],
    ["size of text", shell.text_zoom, config.text_zoom ?? null],
    ["pull to refresh", shell.pull_to_refresh, config.pull_to_refresh ?? false],
    ["cookies of other sites", shell.third_party_cookies, config.third_party_cookies ?? true],
    ["protected media", shell.protected_media, config.protected_media ?? false],
    ["page without a network", offlinePage, config.offline_page?.toWellFormed() ?? null],
    ["whether there is one", shell.offline_page, offlinePage !== null],
    ["full screen", shell.fullscreen, config.fullscreen ?? false],
    ["keep awake", shell.keep_awake, config.keep_awake ?? false],
  ];
}

/** Returns a line for each difference. */
export function differences(
  { app, debuggable, push: source = null }: Expected,
  facts: Facts,
): string[] {
  const { manifest, shell, shortcuts, network } = facts;
  const { config } = app;
  const url = new URL(app.url);
  url.hostname = hostOf(app.url);
  const asked = config.permissions ?? [];
  const push = expectedPush(config.push, source);
  const permissions = new Set([
    ...ALWAYS,
    ...asked.flatMap((name) => ADDED[name]),
    ...push.permissions,
  ]);
  const cameras = asked.includes("camera") ? CAMERAS : [];
  const { allowed_hosts = [], return_hosts = [] } = config;
  const hosts = [
    ...new Set([url.hostname, ...allowed_hosts, ...return_hosts.map((one) => `${one}/*`)]),
  ];
  const cleartext = wantedCleartext(app, push.shell?.api_origin);
  const pairs: readonly Pair[] = [
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
    ["task affinity", manifest.taskAffinity, ""],
    ["how it behaves", manifest.behaviour, BEHAVIOUR],
    ["features", manifest.features, features(config)],
    ["hosts without TLS", network.cleartextHosts, cleartext],
    [
      "trusted certificates",
      network.trusted,
      config.trust_user_cas ? ["system", "user"] : ["system"],
    ],
    ["orientation", manifest.orientation, config.orientation ?? "any"],
    ["activity", manifest.launchActivity, ACTIVITY],
    [
      "permissions",
      manifest.permissions,
      [...permissions].map((name) => `android.permission.${name}`).toSorted(),
    ],
    [
      "what starts the activity",
      manifest.filters,
      [LAUNCHER, ...wantedLinks(url, config), ...push.filters],
    ],
    ["receivers and services", manifest.components, push.components],
    ["visible apps", manifest.visible, [...VISIBLE, ...cameras, ...push.visible].toSorted()],
    ["push", shell.push, push.shell],
    ["start page", shell.url, ascii(app.url)],
    ["hosts", shell.hosts, hosts],
    ["hosts that stay without TLS", shell.cleartext_hosts.toSorted(), plainHosts(url, cleartext)],
    ...settingPairs(config, facts),
    ["page permissions", [...shell.permissions].toSorted(), [...new Set(asked)].toSorted()],
  ];
  return pairs
    .map(([what, found, wanted]) => [what, JSON.stringify(found), JSON.stringify(wanted)] as const)
    .filter(([, found, wanted]) => found !== wanted)
    .map(([what, found, wanted]) => `${what} is ${found}, not ${wanted}`);
}
