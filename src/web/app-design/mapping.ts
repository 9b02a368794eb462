// Between the controls of a design and updateApp: what each control posts for an app as it is, and which changes come of
// what was posted. What was left as it was shown is no change, so that a save touches nothing else.
import type { App } from "../../domain/apps/find-app.ts";
import { AppConfig } from "../../protocol/config.ts";
import type { PushConfig, Shortcut } from "../../protocol/config-parts.ts";
import type { Fields } from "../dashboard/fields.ts";
import type { Control } from "./control-type.ts";
import { CONTROLS } from "./controls.ts";

/** What a checkbox posts. */
export const ON = "on";

const PUSH = "config.push.";

/** Returns what the control posts for the app as it is. */
export function shownOf(control: Control, app: App): string[] {
  const value = valueAt(app, control.path);
  switch (control.kind) {
    case "text":
    case "color":
    case "sentence":
    case "page":
      return [typeof value === "string" || typeof value === "number" ? String(value) : ""];
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

/** Returns updateApp's input for what was posted. */
export function changesOf(app: App, fields: Fields): Record<string, unknown> {
  const changed = CONTROLS.filter((control) => isChanged(control, app, fields));
  const changes: Record<string, unknown> = {};
  const config: Record<string, unknown> = {};
  for (const control of changed) {
    if (control.path.startsWith(PUSH)) continue;
    const [head = "", field] = control.path.split(".");
    if (field === undefined) changes[head] = postedOf(control, fields);
    else config[field] = postedOf(control, fields);
  }
  if (changed.some(({ path }) => path.startsWith(PUSH))) config["push"] = pushOf(fields);
  if (Object.keys(config).length > 0) changes["config"] = config;
  return changes;
}

function isChanged(control: Control, app: App, fields: Fields): boolean {
  const isSwitch = control.kind === "switch" || control.kind === "switches";
  // A switch that is off is not posted; anything else that is not was not on the page.
  if (!isSwitch && !fields.names.includes(control.path)) return false;
  return fields.all(control.path).join("\0") !== shownOf(control, app).join("\0");
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

const lineOfShortcut = ({ url, name, short_name }: Shortcut): string =>
  `${url} ${name}${short_name === undefined ? "" : ` | ${short_name}`}`;

/** No address has spaces in it: the rest of the line is the name, and what is behind its last bar the short one. */
function shortcutOf(line: string): Shortcut {
  const [url = "", rest = ""] = line.split(/\s+(.*)/s, 2);
  const [, name = rest, short = ""] = /^(.*)\|(.*)$/s.exec(rest) ?? [];
  return { name: name.trim(), url, ...(short.trim() === "" ? {} : { short_name: short.trim() }) };
}

/** What is said of pushes replaces what was: of each field only what is not its default. */
function pushOf(fields: Fields): PushConfig | null {
  const prompt = fields.text(`${PUSH}prompt`);
  const said = {
    ...(fields.checked(`${PUSH}play_services`) ? {} : { play_services: false }),
    ...(fields.checked(`${PUSH}poll`) ? { poll: true } : {}),
    ...(prompt.trim() === "" ? {} : { prompt }),
  };
  const enabled = fields.checked(`${PUSH}enabled`);
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
