// The composer's form and the draft that keeps it: each is made of the other, and nothing that was typed is lost on the way.
import {
  type DraftFields,
  LIFETIME_UNITS,
  NOTHING_TYPED,
  OVERRIDES,
} from "../../domain/composing/draft-fields.ts";
import { Fields } from "../dashboard/fields.ts";
import { targetingOf } from "../targeting/targeting-of.ts";
import type { SegmentName } from "../targeting/values.ts";

/** The name of the fields of the audience builder. */
export const AUDIENCE = "targeting";

const WORDS = ["title", "body", "url", "image", "icon"] as const;
const BUTTON = ["title", "action", "url"] as const;
const PLATFORMS = ["android", "ios", "web"] as const;
const PLAIN = [
  ...WORDS,
  "urgency",
  "ttl",
  "ttl_unit",
  "collapse_id",
  "data",
  "when",
  "scheduled_at",
  "zone",
  "scheduled_local",
] as const;

/** Languages of translations in their form are those whose title came. */
const TRANSLATED = /^translations\.(.+)\.title$/;
const NUMBERED = /^actions\.(\d{1,2})\.title$/;

/** Returns the draft that a posted form says. Buttons of which nothing was typed are left out. */
export function draftOf(fields: Fields, segments: readonly SegmentName[]): DraftFields {
  const pick = <Name extends string>(names: readonly Name[], prefix = "") =>
    Object.fromEntries(names.map((name) => [name, fields.text(prefix + name)])) as Record<
      Name,
      string
    >;
  const found = (pattern: RegExp) => fields.names.flatMap((name) => pattern.exec(name)?.[1] ?? []);
  const actions = found(NUMBERED)
    .toSorted((a, b) => Number(a) - Number(b))
    .map((index) => pick(BUTTON, `actions.${index}.`));
  const plain = pick(PLAIN);
  return {
    ...NOTHING_TYPED,
    ...plain,
    actions: actions.filter((each) => Object.values(each).some((text) => text.trim() !== "")),
    translations: found(TRANSLATED).map((language) => ({
      language,
      ...pick(WORDS, `translations.${language}.`),
    })),
    ttl_unit: plain.ttl_unit in LIFETIME_UNITS ? (plain.ttl_unit as "hours") : "hours",
    when: plain.when === "at" || plain.when === "local" ? plain.when : "now",
    zone: plain.zone === "" ? "UTC" : plain.zone,
    ...pick(PLATFORMS, "platform_overrides."),
    overrides: Object.fromEntries(
      OVERRIDES.map((name) => [name, fields.text(`platform_overrides.${name}`)]).filter(
        ([, text]) => text !== "",
      ),
    ),
    targeting: targetingOf(fields, AUDIENCE, segments),
    audience: fields.names
      .filter((name) => name.startsWith(`${AUDIENCE}.`))
      .flatMap((name) => fields.all(name).map((text): [string, string] => [name, text])),
  };
}

/** Returns the fields of the form in which the draft was typed. */
export function fieldsOf(draft: DraftFields): Fields {
  return new Fields([
    ...PLAIN.map((name) => [name, draft[name]] as const),
    ...draft.actions.flatMap((each, index) =>
      BUTTON.map((name) => [`actions.${index}.${name}`, each[name]] as const),
    ),
    ...draft.translations.flatMap(({ language, ...words }) =>
      WORDS.map((name) => [`translations.${language}.${name}`, words[name]] as const),
    ),
    ...PLATFORMS.map((name) => [`platform_overrides.${name}`, draft[name]] as const),
    ...Object.entries(draft.overrides).map(
      ([name, text]) => [`platform_overrides.${name}`, text] as const,
    ),
    ...draft.audience,
  ]);
}

/** The numbers of the buttons that a form has, and the languages of its translations, in their order. */
export const buttonsIn = (fields: Fields): string[] =>
  fields.names
    .flatMap((name) => NUMBERED.exec(name)?.[1] ?? [])
    .toSorted((a, b) => Number(a) - Number(b));
export const languagesIn = (fields: Fields): string[] =>
  fields.names.flatMap((name) => TRANSLATED.exec(name)?.[1] ?? []);

/** Returns the fields without those whose names begin with `prefix`, and with `more`. */
export function changed(
  fields: Fields,
  { without = "\0", more = [] }: { without?: string; more?: readonly [string, string][] },
): Fields {
  const kept = fields.names.filter((name) => !name.startsWith(without));
  const all = kept.flatMap((name) => fields.all(name).map((text) => [name, text] as const));
  return new Fields([...all, ...more]);
}
