// Between the controls of a design and updateApp: what each control posts for a design as it is, and what updateApp takes for
// what was posted.
import type { App } from "../../domain/apps/find-app.ts";
import { AppConfig } from "../../protocol/config.ts";
import type { PushConfig, Shortcut } from "../../protocol/config-parts.ts";
import type { Fields } from "../dashboard/fields.ts";
import type { Control } from "./control-type.ts";

/** What a checkbox posts. */
export const ON = "on";
/** Begins the paths of what is told of pushes, which is stored as one field. */
export const PUSH = "config.push.";

/** An app's fields as updateApp names them. */
export type Design = ReturnType<typeof designOf>;

/** Returns an app's design: once for all controls, since its config is checked as a whole. */
export const designOf = (app: App) => ({
  name: app.name,
  url: app.url,
  package_name: app.packageName,
  version_name: app.versionName,
  version_code: app.versionCode,
  play_signing_sha256: app.playSigningSha256,
  config: AppConfig.parse(app.config),
});

/** Returns what the control posts for the design as it is. */
export function shownOf(control: Control, design: Design): string[] {
  const value = valueAt(design, control.path);
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

/** Returns the field's value as it was posted: null where it is removed, so that its default holds. */
export function postedOf(control: Control, fields: Fields): unknown {
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
export function pushOf(
  { config: { push: before } }: Design,
  fields: Fields,
  changed: readonly string[],
): PushConfig | null {
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

function valueAt(design: Design, path: string): unknown {
  let value: unknown = design;
  for (const part of path.split(".")) {
    value = (value as Record<string, unknown> | undefined)?.[part];
  }
  return value;
}

const listOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
