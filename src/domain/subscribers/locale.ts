// Checks languages, countries and time zones given by devices against the platform's own tables (Intl).
import { Bounded } from "../../kit/bounded.ts";

/** A primary language, optionally followed by a script and a region (RFC 5646 section 2.1). */
const LANGUAGE = /^([a-z]{2,3})(-[a-z]{4})?(-([a-z]{2}|\d{3}))?$/i;
const COUNTRY = /^[a-z]{2}$/i;
/** A zone's name, and not an offset such as +02:00, which Intl accepts as well. */
const TIME_ZONE = /^[a-z][\w+-]*(\/[\w+-]+){0,2}$/i;

const REGIONS = new Intl.DisplayNames(["en"], { type: "region", fallback: "none" });
/** Codes in the tables that are not countries: groups of countries, and "unknown". */
const NO_COUNTRIES = new Set(["EU", "EZ", "UN", "ZZ", "XA", "XB", "QO"]);

/** Most names remembered: there are about 600, and each in many spellings of upper and lower case. */
const MAX_REMEMBERED = 1000;
const knownZones = new Bounded<string, string>(MAX_REMEMBERED);

/** Returns the tag with its parts in their usual case, such as pt-BR; null when it is not a language. */
export function normalLanguage(text: string): string | null {
  if (!LANGUAGE.test(text)) return null;
  const [language = "", ...rest] = text.split("-");
  const parts = rest.map((part) =>
    part.length === 4
      ? part.charAt(0).toUpperCase() + part.slice(1).toLowerCase()
      : part.toUpperCase(),
  );
  return [language.toLowerCase(), ...parts].join("-");
}

/** Returns the country's code in capitals; null when there is no such country. */
export function normalCountry(text: string): string | null {
  const code = text.toUpperCase();
  if (!COUNTRY.test(text) || NO_COUNTRIES.has(code)) return null;
  return REGIONS.of(code) === undefined ? null : code;
}

/**
 * Returns the zone's canonical name in the platform's tables, which all its spellings and aliases share
 * (europe/berlin is Europe/Berlin, Asia/Kolkata is Asia/Calcutta), so that a send is scheduled once for each zone.
 * Returns null when there is no such zone.
 */
export function normalTimeZone(name: string): string | null {
  const known = knownZones.get(name);
  if (known !== undefined) return known;
  if (!TIME_ZONE.test(name)) return null;
  try {
    // It throws for an unknown zone; making one is slow enough for its name to be worth remembering.
    const { timeZone } = Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions();
    return knownZones.put(name, timeZone);
  } catch {
    return null;
  }
}
