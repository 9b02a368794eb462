// Draws icon layers from an app's name: its first letter on a colour. Latin letters and digits are drawn with our own
// strokes, other scripts with the host's fonts, and letters without a font are replaced by a pattern.
import { createHash } from "node:crypto";
import { drawnColor, drawnLetter } from "../../../src/protocol/drawn-icon.ts";
import { isLight } from "../../../src/protocol/color.ts";
import { fontGlyph } from "./font-glyph.ts";
import type { IconLayers } from "./icon-layers.ts";
import { LETTER_HEIGHT, LETTER_WIDTH, letterPath } from "./letters.ts";
import { monochromeOf } from "./monochrome.ts";
import { MASTER_SIDE, drawSvg, openMaster } from "./raster.ts";
import type { Master } from "./raster.ts";

/** Height of a letter and width of its strokes, as shares of the master. */
const LETTER_SHARE = 0.56;
const STROKE_SHARE = 0.085;
/** Corner radius of the legacy icon, as a share of its side. */
const CORNER_SHARE = 0.2;

/** Squares of the pattern; its left half is mirrored on the right. */
const PATTERN_ROWS = 5;
const PATTERN_COLUMNS = 5;

/** Draws an icon. The colour is the owner's, or depends on the name. */
export async function drawnIcon(name: string, ownColor: string | null): Promise<IconLayers> {
  const hash = createHash("sha256").update(name).digest();
  const background = ownColor ?? drawnColor(hash[0] ?? 0);
  const ink = isLight(background) ? "#000000" : "#ffffff";
  const foreground = await drawMark(name, ink, hash);
  return {
    background,
    legacy: await onRoundedSquare(foreground, background),
    foreground,
    monochrome: monochromeOf(foreground, background),
  };
}

async function drawMark(name: string, ink: string, hash: Uint8Array): Promise<Master> {
  const grapheme = drawnLetter(name);
  if (grapheme === null) return drawPattern(ink, hash);
  const path = letterPath(grapheme);
  if (path !== null) return drawLetter(path, ink);
  return (await fontGlyph(grapheme, ink)) ?? drawPattern(ink, hash);
}

function drawLetter(path: string, ink: string): Promise<Master> {
  const scale = (MASTER_SIDE * LETTER_SHARE) / LETTER_HEIGHT;
  const left = (MASTER_SIDE - LETTER_WIDTH * scale) / 2;
  const top = (MASTER_SIDE - LETTER_HEIGHT * scale) / 2;
  const stroke = (MASTER_SIDE * STROKE_SHARE) / scale;
  return drawSvg(
    `<path transform="translate(${left} ${top}) scale(${scale})" d="${path}" fill="none"` +
      ` stroke="${ink}" stroke-width="${stroke}" stroke-linecap="round" stroke-linejoin="round"/>`,
  );
}

/** Draws a symmetric pattern of squares from the hash of the name. The square in the middle is always drawn. */
function drawPattern(ink: string, hash: Uint8Array): Promise<Master> {
  const cell = Math.floor((MASTER_SIDE * LETTER_SHARE) / PATTERN_ROWS);
  const start = (MASTER_SIDE - cell * PATTERN_COLUMNS) / 2;
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
  return drawSvg(`<path fill="${ink}" d="${squares}"/>`);
}

async function onRoundedSquare(mark: Master, background: string): Promise<Master> {
  const square = await drawSvg(
    `<rect width="${MASTER_SIDE}" height="${MASTER_SIDE}" rx="${MASTER_SIDE * CORNER_SHARE}"` +
      ` fill="${background}"/>`,
  );
  const overlay = await openMaster(mark).png({ compressionLevel: 0 }).toBuffer();
  return openMaster(square)
    .composite([{ input: overlay }])
    .raw()
    .toBuffer();
}
