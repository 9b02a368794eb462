// Makes icon layers from the owner's picture.
import type { Metadata } from "sharp";
import { MAX_ICON_PIXELS } from "../../../src/protocol/builder.ts";
import { formatColor } from "../../../src/protocol/color.ts";
import { PackagingError } from "../errors.ts";
import type { IconLayers } from "./icon-layers.ts";
import { monochromeOf } from "./monochrome.ts";
import { MASTER_SIDE, open, toMaster } from "./raster.ts";
import type { Master } from "./raster.ts";

const FORMATS = new Set<string | undefined>(["png", "jpeg", "webp", "svg"]);

/** Alpha from which a pixel counts as solid. */
const SOLID = 250;
/**
 * A picture counts as a full square if this share of its border is solid, and otherwise as a figure without
 * background.
 */
const FULL_SQUARE = 0.9;

/** Decodes a PNG, JPEG, WebP or SVG. Throws PackagingError for other files. */
export async function imageIcon(source: Uint8Array, backgroundColor: string): Promise<IconLayers> {
  const foreground = await decode(source);
  const background = borderColor(foreground) ?? backgroundColor;
  return {
    background,
    legacy: foreground,
    foreground,
    monochrome: monochromeOf(foreground, background),
  };
}

async function decode(source: Uint8Array): Promise<Master> {
  let metadata: Metadata;
  try {
    metadata = await open(source, { limitInputPixels: false }).metadata();
  } catch (error) {
    throw faultOf(error, "the icon can't be read");
  }
  const { format, width, height } = metadata;
  if (!FORMATS.has(format)) {
    throw new PackagingError("invalid_icon", "the icon is not a PNG, JPEG, WebP or SVG image");
  }
  // An SVG is drawn at the size needed here, whatever its own size is.
  const limitInputPixels = format === "svg" ? false : MAX_ICON_PIXELS;
  if (limitInputPixels !== false && width * height > limitInputPixels) {
    const message = `the icon has ${width} x ${height} pixels, more than ${MAX_ICON_PIXELS}`;
    throw new PackagingError("invalid_icon", message);
  }
  try {
    const image = open(source, { limitInputPixels, sequentialRead: true });
    return await toMaster(image.autoOrient());
  } catch (error) {
    throw faultOf(error, "the icon can't be decoded");
  }
}

/** Returns whose fault it is that a picture was refused: the picture's, unless the host has no memory left. */
function faultOf(error: unknown, message: string): Error {
  if (error instanceof Error && error.message.includes("out of memory")) return error;
  return new PackagingError("invalid_icon", message);
}

/** Returns the mean colour of a full square's border, for the background, or null for other pictures. */
function borderColor(master: Master): string | null {
  const sum = { r: 0, g: 0, b: 0 };
  let solid = 0;
  let all = 0;
  for (let y = 0; y < MASTER_SIDE; y += 1) {
    const inside = y > 0 && y < MASTER_SIDE - 1;
    // The whole of the first and last rows, and the two ends of the others.
    for (let x = 0; x < MASTER_SIDE; x += inside ? MASTER_SIDE - 1 : 1) {
      const at = (y * MASTER_SIDE + x) * 4;
      all += 1;
      if ((master[at + 3] ?? 0) < SOLID) continue;
      solid += 1;
      sum.r += master[at] ?? 0;
      sum.g += master[at + 1] ?? 0;
      sum.b += master[at + 2] ?? 0;
    }
  }
  if (solid < all * FULL_SQUARE) return null;
  return formatColor({ r: sum.r / solid, g: sum.g / solid, b: sum.b / solid });
}
