// Between the controls of a design and updateApp: what each control posts for an app as it is, and which changes come of
// what was posted. What was left as it was shown is no change, so that a save touches nothing else, and what somebody else
// changed since the page was opened is not put back unseen.
import type { App } from "../../domain/apps/find-app.ts";
import { sha256Base64 } from "../../kit/crypto.ts";
import { refuse } from "../../kit/refusal.ts";
import { AppConfig } from "../../protocol/config.ts";
import type { PushConfig, Shortcut } from "../../protocol/config-parts.ts";
import type { Fields } from "../dashboard/fields.ts";
import type { Control } from "./control-type.ts";
import { CONTROLS } from "./controls.ts";

/** What a checkbox posts. */
export const ON = "on";
/** The hidden field that says what the controls showed, by prints. */
export const SHOWN = "shown";
/** Characters of a print: nobody gains by making two that are the same. */
const PRINT = 8;
/** Longest text of somebody else's that is repeated, characters. */
const MAX_REPEATED = 100;

const PUSH = "config.push.";

/** Returns what the control posts for the app as it is. */
export function shownOf(control: Control, app: App): string[] {
  const value = valueAt(app, control.path);
  switch (control.kind) {
    case "text":
    case "color":
    case "sentence":
    case "page":
      return [typeof value === "string" || typeof value === "number" ? asPosted(value) : ""];
    case "choice":
      return [typeof value === "string" ? value : (control.options[0]?.value ?? "")];
    case "switch":
      return (value ?? control.isOnUnlessSaid ?? false) === true ? [ON] : [];
    case "switches":
      return control.options
        .map(({ value: each }) => each)
        .filter((each) => listOf(value).includes(each));
    case "lines":
      return [listOf(value).join("\n")];
    case "shortcuts":
      return [(Array.isArray(value) ? value : []).map(lineOfShortcut).join("\n")];
  }
}

/** A text as it comes back from a page: a browser makes one kind of line ends of all. */
const asPosted = (text: string | number) => String(text).replaceAll(/\r\n?/g, "\n");

/** Returns updateApp's input for what was posted. Refuses `invalid` where it and somebody else's change are of one field. */
export function changesOf(app: App, fields: Fields): Record<string, unknown> {
  const posted = standings(app, fields);
  const taken = posted.filter(({ isTaken }) => isTaken);
  if (taken.length > 0) {
    refuse({
      code: "invalid",
      issues: taken.map(({ control }) => ({
        code: "custom",
        path: control.path.split("."),
        message: `this was changed since you opened the page, and is now ${saidOf(control, app)}. Save again to put yours in its place`,
        input: undefined,
      })),
    });
  }
  const changed = posted.filter(({ isChanged }) => isChanged).map(({ control }) => control);
  const changes: Record<string, unknown> = {};
  const config: Record<string, unknown> = {};
  for (const control of changed) {
    if (control.path.startsWith(PUSH)) continue;
    const [head = "", field] = control.path.split(".");
    if (field === undefined) changes[head] = postedOf(control, fields);
    else config[field] = postedOf(control, fields);
  }
  const ofPush = changed.map(({ path }) => path).filter((path) => path.startsWith(PUSH));
  if (ofPush.length > 0) config["push"] = pushOf(app, fields, ofPush);
  if (Object.keys(config).length > 0) changes["config"] = config;
  return changes;
}

/** Returns what SHOWN holds on a page of the app: after a refusal, of what is not told yet, what the page before it showed. */
export function shownBy(app: App, posted: Fields | null): string {
  const all =
    posted === null
      ? CONTROLS.map((control) => ({ control, shown: printOf(shownOf(control, app)) }))
      : standings(app, posted);
  return all.map(({ control, shown }) => `${control.path}:${shown}`).join(" ");
}

interface Standing {
  control: Control;
  /** Whether somebody changed it on the page, to what the app does not have. */
  isChanged: boolean;
  /** Whether somebody else changed it too. */
  isTaken: boolean;
  /** The print of what the next page shows, or leaves as it was. */
  shown: string;
}

/** Returns how what was posted stands to what the page showed and the app has. */
function standings(app: App, fields: Fields): Standing[] {
  const said = new Map<string, string>();
  for (const pair of fields.text(SHOWN).split(" ")) {
    const [path = "", print] = pair.split(":", 2);
    if (print !== undefined) said.set(path, print);
  }
  return CONTROLS.map((control) => {
    const now = printOf(shownOf(control, app));
    const before = said.get(control.path) ?? now;
    const isSwitch = control.kind === "switch" || control.kind === "switches";
    // A switch that is off is not posted; anything else that is not was not on the page.
    const isPosted = isSwitch || fields.names.includes(control.path);
    const posted = isPosted ? printOf(fields.all(control.path)) : before;
    const isChanged = posted !== before && posted !== now;
    const isTaken = isChanged && before !== now;
    return { control, isChanged, isTaken, shown: isTaken || posted === now ? now : before };
  });
}

const printOf = (values: readonly string[]): string =>
  sha256Base64(values.join("\0")).slice(0, PRINT);

/** What the app has in place of what was posted, in words. */
function saidOf(control: Control, app: App): string {
  const values = shownOf(control, app);
  if (control.kind === "switch") return values.length === 0 ? "off" : "on";
  const options = control.kind === "choice" || control.kind === "switches" ? control.options : [];
  const labels = values.map((each) => options.find(({ value }) => value === each)?.label ?? each);
  const text = linesOf(labels.join("\n")).join(", ");
  if (text === "") return "empty";
  return text.length <= MAX_REPEATED
    ? `\u201c${text}\u201d`
    : `\u201c${text.slice(0, MAX_REPEATED).toWellFormed()}\u2026\u201d`;
}

/** Returns the field's value as it was posted: null where it is removed, so that its default holds. */
function postedOf(control: Control, fields: Fields): unknown {
  const text = fields.text(control.path);
  switch (control.kind) {
    case "text":
      if (control.isOptional === true && text.trim() === "") return null;
      if (control.type === "number") return /^\d+$/.test(text.trim()) ? Number(text) : text;
      return text;
    case "color":
    case "sentence":
    case "page":
      return text === "" ? null : text;
    case "choice":
      return text === control.options[0]?.value ? null : text;
    case "switch":
      return fields.checked(control.path) === (control.isOnUnlessSaid ?? false)
        ? null
        : fields.checked(control.path);
    case "switches": {
      const chosen = fields.all(control.path);
      return chosen.length === 0 ? null : chosen;
    }
    case "lines": {
      const lines = linesOf(text);
      return lines.length === 0 ? null : lines;
    }
    case "shortcuts": {
      const lines = linesOf(text);
      return lines.length === 0 ? null : lines.map(shortcutOf);
    }
  }
}

/** A name with a bar in it has one behind it, too. */
const lineOfShortcut = ({ url, name, short_name }: Shortcut): string =>
  short_name === undefined && !name.includes("|")
    ? `${url} ${name}`
    : `${url} ${name} | ${short_name ?? ""}`.trim();

/** No address has spaces in it: the rest of the line is the name, and what is behind its last bar the short one. */
function shortcutOf(line: string): Shortcut {
  const [url = "", rest = ""] = line.split(/\s+(.*)/s, 2);
  const [, name = rest, short = ""] = /^(.*)\|(.*)$/s.exec(rest) ?? [];
  return { name: name.trim(), url, ...(short.trim() === "" ? {} : { short_name: short.trim() }) };
}

/** What is said of pushes replaces what was: of each field only what is not its default, changed or as it was. */
function pushOf(app: App, fields: Fields, changed: readonly string[]): PushConfig | null {
  const before = AppConfig.parse(app.config).push;
  const isOn = (field: "enabled" | "play_services" | "poll", unlessSaid: boolean) =>
    changed.includes(`${PUSH}${field}`)
      ? fields.checked(`${PUSH}${field}`)
      : (before?.[field] ?? unlessSaid);
  const prompt = changed.includes(`${PUSH}prompt`)
    ? fields.text(`${PUSH}prompt`)
    : (before?.prompt ?? "");
  const said = {
    ...(isOn("play_services", true) ? {} : { play_services: false }),
    ...(isOn("poll", false) ? { poll: true } : {}),
    ...(prompt.trim() === "" ? {} : { prompt }),
  };
  const enabled = isOn("enabled", false);
  return enabled || Object.keys(said).length > 0 ? { enabled, ...said } : null;
}

/** The lines that hold something. */
export const linesOf = (text: string): string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");

/** The app's fields as updateApp names them. */
function valueAt(app: App, path: string): unknown {
  const fields: Record<string, unknown> = {
    name: app.name,
    url: app.url,
    package_name: app.packageName,
    version_name: app.versionName,
    version_code: app.versionCode,
    play_signing_sha256: app.playSigningSha256,
    config: AppConfig.parse(app.config),
  };
  let value: unknown = fields;
  for (const part of path.split(".")) {
    value = (value as Record<string, unknown> | undefined)?.[part];
  }
  return value;
}

const listOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
