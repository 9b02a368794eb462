// Latin capitals and digits as strokes of a pen, in a box of 20 by 28. They look the same on every host, whatever its
// fonts, which keeps icons deterministic.

export const LETTER_WIDTH = 20;
export const LETTER_HEIGHT = 28;

const OVAL = "M10 0A10 14 0 1 1 9.9 0Z";
const P = "M2 28V0H11A7.5 7.5 0 0 1 11 15H2";

/** SVG path data by character. */
const STROKES: Readonly<Record<string, string>> = {
  A: "M0 28 10 0 20 28M3.6 18H16.4",
  B: "M2 0H10A6.5 6.5 0 0 1 10 13H2M10 13H11A7.5 7.5 0 0 1 11 28H2V0",
  C: "M19 6A10 14 0 1 0 19 22",
  D: "M2 0H6A13 14 0 0 1 6 28H2Z",
  E: "M18 0H3V28H18M3 13.5H15",
  F: "M18 0H3V28M3 13.5H15",
  G: "M18.5 5.5A10 14 0 1 0 20 15H12",
  H: "M2 0V28M18 0V28M2 13.5H18",
  I: "M10 0V28M5 0H15M5 28H15",
  J: "M16 0V20A7 8 0 0 1 2 20",
  K: "M3 0V28M18 0 3 17M8.5 11 18 28",
  L: "M4 0V28H18",
  M: "M0 28V0L10 17 20 0V28",
  N: "M2 28V0L18 28V0",
  O: OVAL,
  P,
  Q: `${OVAL}M12 20 20 29`,
  R: `${P}M10 15 18 28`,
  S: "M17.5 5A8 7 0 1 0 10 14A8 7 0 1 1 2.5 23",
  T: "M0 0H20M10 0V28",
  U: "M2 0V19A8 9 0 0 0 18 19V0",
  V: "M0 0 10 28 20 0",
  W: "M-3 0 4 28 10 8 16 28 23 0",
  X: "M1 0 19 28M19 0 1 28",
  Y: "M1 0 10 14 19 0M10 14V28",
  Z: "M1 0H19L1 28H19",
  "0": "M10 0A8.5 14 0 1 1 9.9 0Z",
  "1": "M5 6 12 0V28",
  "2": "M2.5 6A8 7.5 0 1 1 16 12L2 28H18",
  "3": "M3 4A7.5 6.7 0 1 1 10 13.4A8.3 7.4 0 1 1 2 23",
  "4": "M14 28V0L1 19H19",
  "5": "M17 0H4L3 12A8.7 8.7 0 1 1 2 24",
  "6": "M15 0Q3 10 2 19A8 9 0 1 0 18 19A8 8 0 0 0 2.6 16",
  "7": "M1 0H19L7 28",
  "8": "M10 13A7 6.5 0 1 1 10.1 13A8.5 7.5 0 1 1 9.9 13Z",
  "9": "M5 28Q17 18 18 9A8 9 0 1 0 2 9A8 8 0 0 0 17.4 12",
};

/** Returns path data for a Latin letter of any case and with any accents, or for a digit; null for others. */
export function letterPath(grapheme: string): string | null {
  const base = grapheme.normalize("NFKD").replace(/\p{M}/gu, "").toUpperCase();
  return STROKES[base] ?? null;
}
