// Turns a website's manifest (W3C, Web Application Manifest) into what an app has: pure, and tolerant as browsers are. What is
// not taken is named with its reason.
import { cssColor } from "../../kit/css-color.ts";
import { AppConfig } from "../../protocol/config.ts";
import {
  MAX_SHORT_NAME,
  MAX_SHORTCUT_NAME,
  MAX_SHORTCUT_SHORT_NAME,
  MAX_SHORTCUTS,
  Shortcut,
} from "../../protocol/config-parts.ts";
import { AppName, MAX_NAME } from "../apps/app-input.ts";
import { isOnHostOf } from "../apps/check-shortcuts.ts";
import { listAt, textAt, type Left } from "./manifest-members.ts";

/** Most shortcuts of a manifest that are looked at. */
const MAX_READ_SHORTCUTS = 20;
/** What a name that is too long ends with. */
const CUT = "…";

/** What an app has of these; what the manifest does not say is not there. */
export interface Taken {
  name?: string;
  config: AppConfig;
}

/**
 * Reads a manifest that was found at `base`, for an app whose start page is `appUrl`. `title` is its page's, for an app that
 * has no other name.
 */
export function readManifest(
  manifest: Record<string, unknown>,
  { base, appUrl, title }: { base: URL; appUrl: URL; title: string },
): { taken: Taken; left: Left[] } {
  const left: Left[] = [];
  const config: AppConfig = {};
  const shortName = textAt(manifest, "short_name", Infinity);
  const fit = AppConfig.shape.short_name.safeParse(shortName ?? undefined);
  if (fit.data !== undefined) config.short_name = fit.data;
  else if (shortName !== null)
    left.push({ field: "short_name", reason: unfitLabel(MAX_SHORT_NAME) });
  for (const field of ["theme_color", "background_color"] as const) {
    const text = textAt(manifest, field);
    if (text === null) continue;
    const color = cssColor(text);
    if (color !== null) config[field] = color;
    else left.push({ field, reason: "It is no colour in hex, by name, as rgb() or as hsl()." });
  }
  const orientation = orientationOf(manifest, left);
  if (orientation !== null) config.orientation = orientation;
  const display = textAt(manifest, "display")?.toLowerCase();
  if (display !== undefined) config.fullscreen = display === "fullscreen";
  const shortcuts = shortcutsOf(manifest, base, appUrl, left);
  if (shortcuts.length > 0) config.shortcuts = shortcuts;
  leaveStart(manifest, base, appUrl, left);
  const longName = textAt(manifest, "name", Infinity);
  const name = nameOf([longName, shortName, title]);
  if (longName !== null && longName !== name) {
    left.push({ field: "name", reason: unfitLabel(MAX_NAME) });
  }
  // Launchers show the name where there is no other.
  if (config.short_name === name) delete config.short_name;
  return { taken: name === undefined ? { config } : { name, config }, left };
}

const unfitLabel = (most: number): string =>
  `It has more than ${most} characters, or none that are seen.`;

/** The first that can be an app's name. */
function nameOf(texts: readonly (string | null)[]): string | undefined {
  for (const text of texts) {
    const { data } = AppName.safeParse(text ?? undefined);
    if (data !== undefined) return data;
  }
  return undefined;
}

function orientationOf(
  manifest: Record<string, unknown>,
  left: Left[],
): AppConfig["orientation"] | null {
  const said = textAt(manifest, "orientation")?.toLowerCase();
  if (said === undefined) return null;
  if (said === "any" || said === "natural") return "any";
  const kind = /^(portrait|landscape)(-primary|-secondary)?$/.exec(said)?.[1];
  if (kind === "portrait" || kind === "landscape") return kind;
  left.push({
    field: "orientation",
    reason: "It is none of any, natural, portrait and landscape.",
  });
  return null;
}

function shortcutsOf(
  manifest: Record<string, unknown>,
  base: URL,
  appUrl: URL,
  left: Left[],
): Shortcut[] {
  const found: Shortcut[] = [];
  let hasIcons = false;
  for (const [at, each] of listAt(manifest, "shortcuts", MAX_READ_SHORTCUTS)) {
    const field = `shortcuts.${at}`;
    if (found.length === MAX_SHORTCUTS) {
      left.push({ field, reason: `An app has ${MAX_SHORTCUTS} shortcuts at most.` });
      continue;
    }
    const shortcut = shortcutOf(each, base);
    if (shortcut === null) {
      left.push({ field, reason: "It has no name, or no address that a shortcut can have." });
    } else if (!isOnHostOf(appUrl, shortcut.url)) {
      left.push({
        field: `${field}.url`,
        reason: `It is not on the app's host, ${appUrl.hostname}.`,
      });
    } else if (found.some(({ url }) => url === shortcut.url)) {
      left.push({ field, reason: "A shortcut before it opens the same page." });
    } else {
      found.push(shortcut);
      left.push(...shortened(field, each, shortcut));
      hasIcons ||= Array.isArray(each["icons"]);
    }
  }
  if (hasIcons) {
    left.push({
      field: "shortcuts.icons",
      reason: "Launchers show the app's own icon beside each.",
    });
  }
  return found;
}

function shortcutOf(each: Record<string, unknown>, base: URL): Shortcut | null {
  const [name, short, address] = ["name", "short_name", "url"].map((key) => textAt(each, key));
  const url = URL.parse(address ?? "", base.href);
  const text = name ?? short;
  if (!text || !address || url === null) return null;
  const shortcut: Shortcut = { name: cut(text, MAX_SHORTCUT_NAME), url: url.href };
  if (short && short !== text && short.length <= MAX_SHORTCUT_SHORT_NAME)
    shortcut.short_name = short;
  return Shortcut.safeParse(shortcut).data ?? null;
}

/** What a shortcut has not whole of its names. */
function shortened(field: string, each: Record<string, unknown>, shortcut: Shortcut): Left[] {
  const [name, short] = [textAt(each, "name"), textAt(each, "short_name")];
  const left: Left[] = [];
  if (shortcut.name !== (name ?? short)) {
    const reason = `It was cut: launchers have room for ${MAX_SHORTCUT_NAME} characters.`;
    left.push({ field: `${field}.name`, reason });
  }
  const isOther = name !== null && short !== null && short !== name;
  if (isOther && shortcut.short_name === undefined) {
    const reason = `It has more than ${MAX_SHORTCUT_SHORT_NAME} characters.`;
    left.push({ field: `${field}.short_name`, reason });
  }
  return left;
}

/** At most `most` units of text, whole characters, of which the last says that something is missing. */
function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  return (
    text
      .slice(0, most - CUT.length)
      .toWellFormed()
      .replace(/[\s\ufffd]+$/u, "") + CUT
  );
}

/** The request says with which page the app opens; another one that the manifest names is told. */
function leaveStart(manifest: Record<string, unknown>, base: URL, appUrl: URL, left: Left[]): void {
  const start = URL.parse(textAt(manifest, "start_url") ?? "", base.href);
  if (textAt(manifest, "start_url") === null || start === null || start.href === appUrl.href)
    return;
  const reason = isOnHostOf(appUrl, start.href)
    ? `The app opens with the url of the request. The manifest's is ${start.href}.`
    : "It is on another host than the app.";
  left.push({ field: "start_url", reason });
}
