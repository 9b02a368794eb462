// The values of a condition as people write them: several with commas between, by the names that people have for them.
// What cannot be written so stays as the API has it.
import { canonicalCountry } from "../../domain/subscribers/facts/country.ts";
import { canonicalLanguage } from "../../domain/subscribers/facts/language.ts";

/** A saved segment as conditions name it. */
export interface SegmentName {
  id: string;
  name: string;
}

/** One value and what ends it. One in quotes may have commas, and quotes that are doubled. */
const VALUE = /\s*(?:"((?:[^"]|"")*)"\s*(?=[,\n]|$)|([^,\n]*))(?:[,\n]|$)/gy;
/** What has to be in quotes. */
const QUOTED = /[",\n]/;

/** Returns the values of a text, without those that are empty. */
export function valuesIn(text: string): string[] {
  const all = [...text.matchAll(VALUE)].map(([, quoted, plain = ""]) =>
    (quoted === undefined ? plain : quoted.replaceAll('""', '"')).trim(),
  );
  return all.filter((value) => value !== "");
}

/** Writes values as one text, from which `valuesIn` reads them. */
export function textOf(values: readonly string[]): string {
  const each = (value: string) => (QUOTED.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
  return values.map(each).join(", ");
}

export const PLATFORM_NAMES = [
  { value: "android", label: "Android" },
  { value: "ios", label: "iOS" },
  { value: "web", label: "Web" },
] as const;

const COUNTRY_NAMES = new Intl.DisplayNames(["en"], { type: "region", fallback: "none" });
const LANGUAGE_NAMES = new Intl.DisplayNames(["en"], { type: "language", fallback: "none" });

/** The name of a country by its code; the code where there is none. */
export const countryName = (code: string): string => nameOf(COUNTRY_NAMES, code);

/** The name of a language by its tag; the tag where there is none. */
export const languageName = (tag: string): string => nameOf(LANGUAGE_NAMES, tag);

function nameOf(names: Intl.DisplayNames, code: string): string {
  try {
    return names.of(code) ?? code;
  } catch {
    return code;
  }
}

const LETTERS = "abcdefghijklmnopqrstuvwxyz".split("");

/** Codes of two letters by their names in small letters. Made when it is first needed: 676 names take a millisecond. */
function byName(names: Intl.DisplayNames, spell: (code: string) => string): Map<string, string> {
  const known = new Map<string, string>();
  for (const code of LETTERS.flatMap((first) => LETTERS.map((second) => first + second))) {
    const name = names.of(spell(code))?.toLowerCase();
    // Of a country with a former code the present one counts.
    const isPresent = new Intl.Locale(`und-${code}`).region === code.toUpperCase();
    if (name !== undefined && (isPresent || !known.has(name))) known.set(name, spell(code));
  }
  return known;
}

let countries: Map<string, string> | null = null;
let languages: Map<string, string> | null = null;

/** The value that the API has for what was written: the code of a country, whose name or code it may be. */
export function valueOf(field: string, text: string, segments: readonly SegmentName[]): string {
  const name = text.toLowerCase();
  switch (field) {
    case "platform":
      return PLATFORM_NAMES.find(({ label }) => label.toLowerCase() === name)?.value ?? text;
    case "countries":
      if (canonicalCountry(text) !== undefined) return text;
      countries ??= byName(COUNTRY_NAMES, (code) => code.toUpperCase());
      return countries.get(name) ?? text;
    case "languages":
      if (canonicalLanguage(text) !== undefined) return text;
      languages ??= byName(LANGUAGE_NAMES, (code) => code);
      return languages.get(name) ?? text;
    case "segment":
      return segments.find((each) => each.name.toLowerCase() === name)?.id ?? text;
    default:
      return text;
  }
}

/** How a value is shown in its field: by its name, if `valueOf` makes the same value of that. */
export function shownValue(field: string, value: string): string {
  const shown =
    field === "countries"
      ? countryName(value)
      : field === "languages"
        ? languageName(value)
        : value;
  return valueOf(field, shown, []) === value ? shown : value;
}
