// Values in one line of text, with commas between and those with a comma in quotes: the same as src/domain/composing/typed-values.ts.

const VALUE = /\s*(?:"((?:[^"]|"")*)"\s*(?=[,\n]|$)|([^,\n]*))(?:[,\n]|$)/gy;

/** Returns the values of a text, without those that are empty. */
export function valuesIn(text: string): string[] {
  const all = [...text.matchAll(VALUE)].map(([, quoted, plain = ""]) =>
    (quoted === undefined ? plain : quoted.replaceAll('""', '"')).trim(),
  );
  return all.filter((value) => value !== "");
}

/** Writes values as one text, from which `valuesIn` reads them. */
export function textOf(values: readonly string[]): string {
  return values
    .map((value) => (/[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value))
    .join(", ");
}
