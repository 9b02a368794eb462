// What is drawn for an app without an icon: the first letter of its name on a colour. Builders draw it into the app, and
// pages that show the app draw the same.

/** Colours that are dark enough for white letters and easy to distinguish. */
const COLORS = [
  "#1d4ed8",
  "#6d28d9",
  "#a21caf",
  "#be123c",
  "#c2410c",
  "#4d7c0f",
  "#047857",
  "#0e7490",
];

/** Returns the colour, as #rrggbb, of a name whose SHA-256 begins with `firstByte`. */
export function drawnColor(firstByte: number): string {
  return COLORS[firstByte % COLORS.length] ?? "#1d4ed8";
}

/** Returns the first grapheme that is a letter, digit or symbol, or null if there is none. */
export function drawnLetter(name: string): string | null {
  const graphemes = new Intl.Segmenter("und", { granularity: "grapheme" }).segment(name);
  for (const { segment } of graphemes) {
    if (/^[\p{L}\p{N}\p{Extended_Pictographic}\p{Regional_Indicator}]/u.test(segment)) {
      return segment;
    }
  }
  return null;
}
