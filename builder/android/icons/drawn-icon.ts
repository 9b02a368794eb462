// Draws icon layers from an app's name: its first letter on a colour. Latin letters and digits are drawn with our own
// strokes, other scripts with the host's fonts, and letters without a font are replaced by a pattern.
import { createHash } from "node:crypto";
import { drawnColor, drawnLetter } from "../../../src/protocol/drawn-icon.ts";
import { isLight } from "../../../src/protocol/color.ts";
import { fontGlyph } from "./font-glyph.ts";
import type { IconLayers } from "./icon-set.ts";
import { LETTER_HEIGHT, LETTER_WIDTH, letterPath } from "./letters.ts";
import { shapeOfFigure } from "./monochrome.ts";
import { CANVAS_SIDE, MARK_SIDE, centred, drawSvg } from "./raster.ts";
import type { Raster } from "./raster.ts";
import { onRoundedSquare } from "./rounded-square.ts";

/** Height of a letter and width of its strokes, as shares of the mark. */
const LETTER_SHARE = 0.56;
const STROKE_SHARE = 0.085;

/** Squares of the pattern; its left half is mirrored on the right. */
const PATTERN_ROWS = 5;
const PATTERN_COLUMNS = 5;

/** Draws an icon. The colour is the owner's, or depends on the name. */
export async function drawnIcon(name: string, ownColor: string | null): Promise<IconLayers> {
  const hash = createHash("sha256").update(name).digest();
  const background = ownColor ?? drawnColor(hash[0] ?? 0);
  const ink = isLight(background) ? "#000000" : "#ffffff";
  const foreground = centred(await drawMark(name, ink, hash), CANVAS_SIDE);
  return {
    background,
    legacy: await onRoundedSquare(foreground, background),
    foreground,
    monochrome: shapeOfFigure(foreground, background),
    notes: [`Icon: drawn from the name, on ${background}`],
  };
}

async function drawMark(name: string, ink: string, hash: Uint8Array): Promise<Raster> {
  const grapheme = drawnLetter(name);
  if (grapheme === null) return drawPattern(ink, hash);
  const path = letterPath(grapheme);
  if (path !== null) return drawLetter(path, ink);
  return (await fontGlyph(grapheme, ink)) ?? drawPattern(ink, hash);
}

function drawLetter(path: string, ink: string): Promise<Raster> {
  const scale = (MARK_SIDE * LETTER_SHARE) / LETTER_HEIGHT;
  const left = (MARK_SIDE - LETTER_WIDTH * scale) / 2;
  const top = (MARK_SIDE - LETTER_HEIGHT * scale) / 2;
  const stroke = (MARK_SIDE * STROKE_SHARE) / scale;
  return drawSvg(
    MARK_SIDE,
    `<path transform="translate(${left} ${top}) scale(${scale})" d="${path}" fill="none"` +
      ` stroke="${ink}" stroke-width="${stroke}" stroke-linecap="round" stroke-linejoin="round"/>`,
  );
}

/** Draws a symmetric pattern of squares from the hash of the name. The square in the middle is always drawn. */
function drawPattern(ink: string, hash: Uint8Array): Promise<Raster> {
  const cell = Math.floor((MARK_SIDE * LETTER_SHARE) / PATTERN_ROWS);
  const start = (MARK_SIDE - cell * PATTERN_COLUMNS) / 2;
  const middle = Math.floor(PATTERN_COLUMNS / 2);
  let squares = "";
  for (let row = 0; row < PATTERN_ROWS; row += 1) {
    for (let column = 0; column < PATTERN_COLUMNS; column += 1) {
      const mirrored = Math.min(column, PATTERN_COLUMNS - 1 - column);
      const bit = (hash[1 + row] ?? 0) & (1 << mirrored);
      if (bit === 0 && !(row === middle && column === middle)) continue;
      squares += `M${start + column * cell} ${start + row * cell}h${cell}v${cell}h-${cell}z`;
    }
  }
  return drawSvg(MARK_SIDE, `<path fill="${ink}" d="${squares}"/>`);
}
