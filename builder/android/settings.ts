// The settings that an app is packaged with: its snapshot, with all defaults filled in. All defaults are here.
import type { AppSnapshot } from "../../src/protocol/builder.ts";
import type { AppConfig } from "../../src/protocol/config.ts";
import type { AppPermission, Shortcut } from "../../src/protocol/config-parts.ts";
import type { PushSource, ShellConfig } from "../../src/protocol/shell-config.ts";
import { PackagingError } from "./errors.ts";

/** Greatest version code that stores and devices accept. */
const MAX_VERSION_CODE = 2_100_000_000;

/**
 * The package names that Android accepts: two or more segments, each a letter and then letters, digits, underscores.
 */
const PACKAGE_NAME = /^[a-zA-Z][a-zA-Z0-9_]*(\.[a-zA-Z][a-zA-Z0-9_]*)+$/;
/** Longest package name, characters: with a suffix it becomes a directory name, of which 255 is the limit. */
const MAX_PACKAGE_NAME = 223;

/**
 * Longest name and version name, UTF-16 units. A string of a resource table has at most 32,767 bytes (ResourceTypes.h,
 * ResStringPool), and a unit takes up to three.
 */
const MAX_TEXT = 10_000;

/** The beginning of an address, and no white space or control characters in it: URL would quietly mend other texts. */
const WEB_ADDRESS = /^https?:\/\/[^\s\p{Cc}\p{Cs}]+$/iu;
/** The host names that DNS can hold, and addresses (RFC 1035, section 2.3.4; RFC 2181, section 11), in URL's form. */
const HOST = /^(?=.{1,253}\.?$)([a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}\.?$|^\[[0-9a-f:]+\]$/;

export interface ShortcutSettings {
  readonly name: string;
  readonly shortName: string;
  readonly url: string;
}

export interface Settings {
  readonly name: string;
  /** What launchers show; null for the name. */
  readonly shortName: string | null;
  readonly url: URL;
  /** The URL as the owner wrote it, in ASCII. */
  readonly address: string;
  readonly packageName: string;
  readonly versionName: string;
  readonly versionCode: number;
  readonly debuggable: boolean;
  /** #rrggbb, lower case. */
  readonly themeColor: string;
  readonly backgroundColor: string;
  /** The colour behind the icon's figure, or null if one is to be chosen. */
  readonly iconBackground: string | null;
  /** The colour for a drawn icon, or null if the owner chose no theme colour. */
  readonly iconColor: string | null;
  readonly orientation: NonNullable<AppConfig["orientation"]>;
  /** The colour of the screen while the app starts. */
  readonly splashColor: string;
  readonly theme: NonNullable<AppConfig["theme"]>;
  /** Per cent; null for what the system's settings say. */
  readonly textZoom: number | null;
  /** What opens inside: begins with the host of the start page; without duplicates. */
  readonly hosts: readonly string[];
  readonly customTabHosts: readonly string[];
  /** Hosts whose links lead into the app by https, besides the origin of the start page. */
  readonly returnHosts: readonly string[];
  readonly customScheme: string | null;
  /** Hosts that may be reached by http; those that the app itself needs are among them. */
  readonly cleartextHosts: readonly string[];
  readonly trustUserCas: boolean;
  readonly thirdPartyCookies: boolean;
  readonly protectedMedia: boolean;
  readonly pullToRefresh: boolean;
  /** HTML; null for the app's own words. */
  readonly offlinePage: string | null;
  readonly userAgentSuffix: string;
  /** In the order of the protocol; without duplicates. */
  readonly permissions: readonly AppPermission[];
  readonly fullscreen: boolean;
  readonly keepAwake: boolean;
  /** In the order that the owner gave. */
  readonly shortcuts: readonly ShortcutSettings[];
  /** How the app receives pushes; null if its owner does not want any, or has not set them up. */
  readonly push: ShellConfig["push"];
  /** Whether the API's host lets the app open the links of codes. */
  readonly codeLinks: boolean;
}

const PERMISSION_ORDER: readonly AppPermission[] = [
  "camera",
  "microphone",
  "location",
  "notifications",
];

/**
 * Fills in the defaults. Throws PackagingError if Android would refuse the app.
 * @param push where the app registers for pushes, or null if that is not set up
 */
export function resolveSettings(
  app: AppSnapshot,
  debuggable: boolean,
  push: PushSource | null,
): Settings {
  const { config } = app;
  const url = webAddress(app.url);
  url.hostname = url.hostname.replace(/\.$/, ""); // what hosts are compared with has none
  for (const [what, text] of [
    ["name", app.name],
    ["version name", app.version_name],
  ] as const) {
    if (text.length >= 1 && text.length <= MAX_TEXT) continue;
    throw new PackagingError("invalid_app", `the ${what} has not 1 to ${MAX_TEXT} characters`);
  }
  if (!PACKAGE_NAME.test(app.package_name) || app.package_name.length > MAX_PACKAGE_NAME) {
    throw new PackagingError("invalid_app", "the package name is not one Android accepts");
  }
  const code = app.version_code;
  if (!Number.isInteger(code) || code < 1 || code > MAX_VERSION_CODE) {
    throw new PackagingError(
      "invalid_app",
      `the version code is not from 1 to ${MAX_VERSION_CODE}`,
    );
  }
  return {
    // a lone surrogate has no UTF-8 form
    name: app.name.toWellFormed(),
    shortName: config.short_name?.toWellFormed() ?? null,
    url,
    address: inAscii(app.url),
    packageName: app.package_name,
    versionName: app.version_name.toWellFormed(),
    versionCode: app.version_code,
    debuggable,
    themeColor: config.theme_color?.toLowerCase() ?? "#ffffff",
    backgroundColor: config.background_color?.toLowerCase() ?? "#ffffff",
    iconBackground: config.icon_background?.toLowerCase() ?? null,
    iconColor: config.theme_color?.toLowerCase() ?? null,
    orientation: config.orientation ?? "any",
    splashColor: (config.splash_color ?? config.background_color)?.toLowerCase() ?? "#ffffff",
    theme: config.theme ?? "system",
    textZoom: config.text_zoom ?? null,
    hosts: [
      ...new Set([
        url.hostname,
        ...(config.allowed_hosts ?? []),
        ...(config.return_hosts ?? []).map(pagesOf),
      ]),
    ],
    customTabHosts: config.custom_tab_hosts ?? [],
    returnHosts: (config.return_hosts ?? []).filter((host) => `https://${host}` !== url.origin),
    customScheme: config.custom_scheme ?? null,
    cleartextHosts: cleartextHosts(url, config, push),
    trustUserCas: config.trust_user_cas ?? false,
    thirdPartyCookies: config.third_party_cookies ?? true,
    protectedMedia: config.protected_media ?? false,
    pullToRefresh: config.pull_to_refresh ?? false,
    offlinePage: config.offline_page?.toWellFormed() ?? null,
    userAgentSuffix: config.user_agent_suffix ?? "",
    permissions: PERMISSION_ORDER.filter((name) => config.permissions?.includes(name)),
    fullscreen: config.fullscreen ?? false,
    keepAwake: config.keep_awake ?? false,
    shortcuts: (config.shortcuts ?? []).map(shortcut),
    push: pushSettings(config, push),
    codeLinks: push?.code_links ?? false,
  };
}

/** A host's pages, which open inside, but get no rights of the app: `/*` names them, and a host alone an origin. */
const pagesOf = (host: string): string => `${host}/*`;

/** Browsers differ in how they read some letters of a host (UTS #46, section 7), so that none is left to them. */
const inAscii = (address: string): string =>
  /^[\x20-\x7e]*$/.test(address) ? address : new URL(address).href;

function shortcut({ name, short_name = name, url }: Shortcut): ShortcutSettings {
  return { name: name.toWellFormed(), shortName: short_name.toWellFormed(), url: inAscii(url) };
}

function pushSettings({ push: wanted }: AppConfig, source: PushSource | null): Settings["push"] {
  if (wanted?.enabled !== true || source === null) return null;
  const { play_services = true, poll = false, prompt } = wanted;
  const { code_links: _, ...place } = source;
  return { ...place, play_services, poll, prompt: prompt?.toWellFormed() ?? null };
}

/** The hosts that are reached without TLS: those of an http start page and API, and those that the owner names. */
function cleartextHosts(url: URL, config: AppConfig, push: PushSource | null): string[] {
  const origins = [url, push === null ? null : URL.parse(push.api_origin)];
  const needed = origins
    .filter((one) => one?.protocol === "http:")
    .map((one) => one?.hostname ?? "");
  // Sites lead from one to the other, and both are inside.
  if (url.protocol === "http:" && isNamed(url.hostname)) needed.push(twinOf(url.hostname));
  return [...new Set([...needed, ...(config.cleartext_hosts ?? [])])];
}

/** Whether a host has a name, and is no address and not this device. */
export const isNamed = (host: string): boolean => !/^\[|^[\d.]+$|^localhost$/.test(host);

/** The host with `www.` before it, or without. */
const twinOf = (host: string): string =>
  host.startsWith("www.") ? host.slice("www.".length) : `www.${host}`;

/** The start page. Its host can exist, and it holds no credentials, which everybody who has the app could read. */
function webAddress(text: string): URL {
  const url = WEB_ADDRESS.test(text) ? URL.parse(text) : null;
  if (url === null) {
    throw new PackagingError("invalid_app", "the address is not an http or https URL");
  }
  if (url.username !== "" || url.password !== "") {
    throw new PackagingError("invalid_app", "the address holds credentials");
  }
  if (!HOST.test(url.hostname)) {
    throw new PackagingError("invalid_app", "the address has a host name that can't exist");
  }
  return url;
}
