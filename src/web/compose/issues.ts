// What is wrong with a draft, at the fields of the composer: the API's names lead to them. What belongs to no field stands on
// top.
import type { FormState } from "../dashboard/form-state.ts";
import { fieldId } from "../parts/field.tsx";
import { labelOf } from "../parts/words.ts";
import { languageName } from "../parts/place-names.ts";
import { buttonsIn, languagesIn, AUDIENCE } from "./typed.ts";
import { OVERRIDES } from "../../domain/composing/draft-fields.ts";

/** The path of the composer's form, below its page's. */
export const OF = "";

/** Something that is wrong: where it is said, and what the list on top calls it. */
export interface Wrong {
  /** The name of the field; null for none. */
  field: string | null;
  label: string;
  says: string;
}

const PLAIN = [
  "title",
  "body",
  "url",
  "image",
  "icon",
  "urgency",
  "ttl",
  "collapse_id",
  "data",
  "scheduled_at",
  "scheduled_local",
  "language",
  "platform_overrides.android",
  "platform_overrides.ios",
  "platform_overrides.web",
  ...OVERRIDES.map((name) => `platform_overrides.${name}`),
];

/** What the fields are called in the form, where that is not their name in words. */
const LABELS: Readonly<Record<string, string>> = {
  body: "Text",
  url: "Opens",
  ttl: "Worth something for",
  collapse_id: "Replaces earlier ones named",
  scheduled_at: "Date and time",
  scheduled_local: "Their date and time",
  payload: "Too long for a push service",
  drafts: "Drafts",
  notifications: "Notifications",
  "platform_overrides.android": "Android, as JSON",
  "platform_overrides.ios": "iOS, as JSON",
  "platform_overrides.web": "Browsers, as JSON",
};

const NO_OBJECT = 'This is no JSON object. Write one such as {"order": 1001}, or leave it empty.';

/** What people are told in place of what is written for programs. */
const SAYS: Readonly<Record<string, string>> = {
  scheduled_at: "Choose a date and a time that are still to come, within a year.",
  scheduled_local: "Choose a date and a time that are still to come, within a year.",
  "data must be an object": NO_OBJECT,
  "platform_overrides.android must be an object": NO_OBJECT,
  "platform_overrides.ios must be an object": NO_OBJECT,
  "platform_overrides.web must be an object": NO_OBJECT,
  drafts: "This app has as many drafts as it can have. Delete some first.",
  notifications: "This app has as many notifications as it can have. Delete some first.",
};

/** Sorts what is wrong with the form to its fields. */
export function wrongsOf({ issues, fields }: Pick<FormState, "issues" | "fields">): Wrong[] {
  const names = [
    ...PLAIN,
    ...buttonsIn(fields).flatMap((n) =>
      ["title", "action", "url"].map((of) => `actions.${n}.${of}`),
    ),
    ...languagesIn(fields).flatMap((language) =>
      ["title", "body", "url", "image", "icon"].map((of) => `translations.${language}.${of}`),
    ),
  ];
  const found = new Map<string, Wrong>();
  for (const [path, phrase] of issues) {
    const field = path.startsWith(AUDIENCE) ? AUDIENCE : fieldFor(path, names);
    const key = field ?? path;
    if (found.has(key)) continue;
    const told = `${path} ${phrase.charAt(0).toLowerCase()}${phrase.slice(1).replace(/\.$/, "")}`;
    found.set(key, { field, label: labelFor(key), says: SAYS[path] ?? SAYS[told] ?? phrase });
  }
  return [...found.values()];
}

/** The field at which something is said that is wrong with `path`: itself, or the one that holds it. */
const fieldFor = (path: string, names: readonly string[]): string | null =>
  names
    .filter((name) => path === name || path.startsWith(`${name}.`))
    .toSorted((a, b) => b.length - a.length)[0] ?? null;

function labelFor(name: string): string {
  const [of, which = "", part = ""] = name.split(".");
  if (of === "actions")
    return `Button ${Number(which) + 1}, ${(LABELS[part] ?? labelOf(part)).toLowerCase()}`;
  if (of === "translations" && part !== "") {
    return `${languageName(which)}: ${(LABELS[part] ?? labelOf(part)).toLowerCase()}`;
  }
  if (name === AUDIENCE) return "Audience";
  return LABELS[name] ?? labelOf(name.replace("platform_overrides.", ""));
}

/** The state by which the composer's fields show what is wrong with them. */
export function placed(form: FormState): FormState {
  const own = wrongsOf(form).flatMap(({ field, says }): [string, string][] =>
    field === null || field === AUDIENCE ? [] : [[field, says]],
  );
  return { ...form, posted: OF, made: null, issues: new Map(own) };
}

export const anchorOf = (field: string) => `#${fieldId(OF, field)}`;
