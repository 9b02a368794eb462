// Files of subscribers, as spreadsheets write them.

/** A row of a file with a token of Firebase. */
export const android = (token: string, ...more: string[]) => ["android", token, ...more];

/** Cells between commas, as a spreadsheet quotes them. */
export function csv(
  table: readonly (readonly string[])[],
  delimiter = ",",
  lineEnd = "\r\n",
): string {
  const cell = (text: string) =>
    /["\r\n]/.test(text) || text.includes(delimiter) ? `"${text.replaceAll('"', '""')}"` : text;
  return table.map((cells) => cells.map(cell).join(delimiter) + lineEnd).join("");
}

/** Windows-1252 of text that has no letters but those of Latin-1. */
export const windows1252 = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));

/** UTF-16 as Excel writes "Unicode text". */
export function utf16(text: string): Uint8Array {
  const all = `\ufeff${text}`;
  return new Uint8Array(
    Uint16Array.from({ length: all.length }, (_, at) => all.charCodeAt(at)).buffer,
  );
}
