// Countries and languages by their English names.

/** They answer nothing for a code that has no name. */
export const COUNTRY_NAMES = new Intl.DisplayNames(["en"], { type: "region", fallback: "none" });
export const LANGUAGE_NAMES = new Intl.DisplayNames(["en"], { type: "language", fallback: "none" });

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
