// Countries by their ISO 3166 codes of two letters, checked against the platform's own tables (Intl).
import { saysNothing, type Understood } from "./nothing.ts";

/** The world, its continents and their parts (UN M.49), as in en-001 and en-150 that phones report. */
const MACRO_REGIONS = new Set(
  (
    "001 002 005 009 011 013 014 015 017 018 019 021 029 030 034 035 039 053 054 057 061 142 143 145 150 151 154 155 " +
    "202 419"
  ).split(" "),
);
const CODE = /^[A-Z]{2}$/;
const REGIONS = new Intl.DisplayNames(["en"], { type: "region", fallback: "none" });
/** Codes in the tables that are not countries: groups of countries, and those for tests. */
const NO_COUNTRIES = new Set(["EU", "EZ", "UN", "XA", "XB", "QO"]);
/** CLDR's name for an unknown country. */
const UNKNOWN = "ZZ";
/** The codes of the European Union's institutions that differ from ISO 3166 and that CLDR does not know. */
const OF_THE_UNION = new Map([["EL", "GR"]]);

/** What every text matches that names a country: two letters, and perhaps spaces at the ends. */
export const COUNTRY_PATTERN = String.raw`^\s*[A-Za-z]{2}\s*$`;

/** Returns the country's present code in capitals: uk is GB. */
export function canonicalCountry(text: string): Understood {
  if (saysNothing(text)) return null;
  const code = text.trim().toUpperCase();
  if (code === UNKNOWN) return null;
  if (!CODE.test(code)) return undefined;
  const region = presentRegion(code);
  return isRegion(region) && !NO_COUNTRIES.has(region) ? region : undefined;
}

/** The code by which `code`, two letters or three digits, is known today: UK is GB, 840 is US. Others stay. */
export function presentRegion(code: string): string {
  const known = OF_THE_UNION.get(code) ?? code;
  return new Intl.Locale(`und-${known}`).region ?? known;
}

/** Whether `code` is a country, or a region such as 419 (Latin America). */
export function isRegion(code: string): boolean {
  return code !== UNKNOWN && REGIONS.of(code) !== undefined;
}

/** Whether a language can be spoken in `code`: also in regions of several countries, of which workerd names only 419. */
export function isSpokenIn(code: string): boolean {
  return MACRO_REGIONS.has(code) || isRegion(code);
}
