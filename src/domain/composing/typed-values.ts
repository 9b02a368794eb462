// The values of a condition as people type them: several with commas between, in quotes where they have commas themselves.

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
