// Draws a character with the host's fonts, if they have it. The result is the same only on hosts with the same fonts.
import { extentOf } from "./extent.ts";
import { MARK_SIDE, drawSvg, fitted } from "./raster.ts";
import type { Box, Raster } from "./raster.ts";

const FONT_SIZE = MARK_SIDE / 2;
/** The share of the mark that the glyph may fill, so that round masks cut nothing off. */
const GLYPH_SHARE = 0.68;

/** Noncharacters (Unicode 17, 23.7), which no font has: they are drawn as the sign for a missing character. */
const NONCHARACTERS = ["\u{fdd0}", "\u{1fffe}", "\u{10fffe}"];

/** Draws the grapheme in `color` in the middle of a mark. Returns null if the host can't draw it. */
export async function fontGlyph(grapheme: string, color: string): Promise<Raster | null> {
  const [first = ""] = grapheme;
  const box = inkBox(await drawText(first, color));
  if (box === null || (await isMissingSign(first, box, color))) return null;
  const whole = await drawText(grapheme, color);
  const ink = inkBox(whole);
  return ink && fitted(whole, ink, MARK_SIDE, Math.round(MARK_SIDE * GLYPH_SHARE));
}

const inkBox = (drawn: Raster): Box | null => extentOf(drawn, 1)?.box ?? null;

/** A missing character shows as a box with its number: of one size for numbers of one length. */
async function isMissingSign(character: string, box: Box, color: string): Promise<boolean> {
  const digits = (text: string): number =>
    Math.max(4, (text.codePointAt(0) ?? 0).toString(16).length);
  const sample = NONCHARACTERS.find((one) => digits(one) === digits(character));
  const missing = sample === undefined ? null : inkBox(await drawText(sample, color));
  return missing !== null && missing.width === box.width && missing.height === box.height;
}

function drawText(text: string, color: string): Promise<Raster> {
  const middle = MARK_SIDE / 2;
  const escaped = text.replace(/[<>&]/g, (character) => `&#${character.charCodeAt(0)};`);
  return drawSvg(
    MARK_SIDE,
    `<text x="${middle}" y="${middle + FONT_SIZE / 3}" text-anchor="middle" fill="${color}"` +
      ` font-family="sans-serif" font-weight="bold" font-size="${FONT_SIZE}">${escaped}</text>`,
  );
}
