// The values of a condition by the names that people have for them.
// What cannot be written so stays as the API has it.
import { canonicalCountry } from "../../domain/subscribers/facts/country.ts";
import { canonicalLanguage } from "../../domain/subscribers/facts/language.ts";
import { COUNTRY_NAMES, countryName, LANGUAGE_NAMES, languageName } from "../parts/place-names.ts";
import { PLATFORMS } from "../parts/subscriber-words.ts";

/** A saved segment as conditions name it. */
export interface SegmentName {
  id: string;
  name: string;
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
      return PLATFORMS.find(({ label }) => label.toLowerCase() === name)?.key ?? text;
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
