// Decodes an owner's picture, or says by name which one can't be drawn and why. A picture that ends too early is refused
// as a whole: the rest of it would be grey.
import type { Metadata, Sharp } from "sharp";
import { MAX_ICON_PIXELS } from "../../../src/protocol/builder.ts";
import { PackagingError } from "../errors.ts";
import { extentOf } from "./extent.ts";
import type { PictureWords } from "./icon-set.ts";
import { open, toRaster } from "./raster.ts";
import type { Raster } from "./raster.ts";
import { drawableSvg, isSvg } from "./svg-picture.ts";

const FORMATS = new Set<string | undefined>(["png", "jpeg", "webp"]);
/**
 * Longest side at which a picture is worked on, px: launchers show 288 of it, so that a figure may have some four tenths of the
 * side and is still not enlarged.
 */
const WORKING_SIDE = 768;
/** What the decoder of JPEGs says of a file that ends too early. */
const CUT_OFF = /premature end/i;

const TRUNCATED = "is truncated: its file ends before the picture does";

/** Returns the picture, with no side longer than WORKING_SIDE. Throws PackagingError for one that can't be drawn. */
export async function decodePicture(source: Uint8Array, what: PictureWords): Promise<Raster> {
  const raster = await decode(source, what);
  if (extentOf(raster, 1) === null) {
    throw new PackagingError("invalid_icon", `${what} is empty: nothing of it is visible`);
  }
  return raster;
}

async function decode(source: Uint8Array, what: PictureWords): Promise<Raster> {
  if (isSvg(source)) return svgRaster(source, what);
  if (endsEarly(source)) throw new PackagingError("invalid_icon", `${what} ${TRUNCATED}`);
  let metadata: Metadata;
  try {
    metadata = await open(source, { limitInputPixels: false }).metadata();
  } catch (error) {
    throw faultOf(error, what, "can't be read");
  }
  const { format, width, height } = metadata;
  if (!FORMATS.has(format)) {
    throw new PackagingError("invalid_icon", `${what} is not a PNG, JPEG, WebP or SVG image`);
  }
  if (width * height > MAX_ICON_PIXELS) {
    const message = `${what} has ${width} x ${height} pixels, more than ${MAX_ICON_PIXELS}`;
    throw new PackagingError("invalid_icon", message);
  }
  try {
    const options = { limitInputPixels: MAX_ICON_PIXELS, sequentialRead: true };
    return await within(open(source, options).autoOrient(), true);
  } catch (error) {
    throw faultOf(error, what, "can't be decoded");
  }
}

/** Draws an SVG at the size needed here, whatever its own size is. */
async function svgRaster(source: Uint8Array, what: PictureWords): Promise<Raster> {
  try {
    const svg = await drawableSvg(source, what);
    return await within(open(svg, { limitInputPixels: false }), false);
  } catch (error) {
    throw faultOf(error, what, "can't be decoded");
  }
}

/**
 * Whether a PNG or WebP ends before its last chunk does (PNG specification, 5; RFC 9649, 2.4). Their decoders say the same of
 * whatever is wrong; that of JPEG says it.
 */
function endsEarly(source: Uint8Array): boolean {
  const bytes = Buffer.from(source.buffer, source.byteOffset, source.length);
  if (bytes.toString("latin1", 0, 4) === "RIFF") {
    return bytes.length < 8 || bytes.readUInt32LE(4) + 8 > bytes.length;
  }
  if (bytes.toString("latin1", 1, 4) !== "PNG") return false;
  // Each chunk has a length, a type, and a checksum behind its data.
  for (let at = 8; at + 12 <= bytes.length; at += bytes.readUInt32BE(at) + 12) {
    if (bytes.toString("latin1", at + 4, at + 8) === "IEND") return false;
  }
  return true;
}

function within(image: Sharp, withoutEnlargement: boolean): Promise<Raster> {
  return toRaster(image.resize(WORKING_SIDE, WORKING_SIDE, { fit: "inside", withoutEnlargement }));
}

/** Returns whose fault it is that a picture was refused: the picture's, unless the host has no memory left. */
function faultOf(error: unknown, what: PictureWords, otherwise: string): Error {
  if (error instanceof PackagingError) return error;
  const said = error instanceof Error ? error.message : "";
  if (error instanceof Error && said.includes("out of memory")) return error;
  const why = CUT_OFF.test(said) ? TRUNCATED : otherwise;
  return new PackagingError("invalid_icon", `${what} ${why}`);
}
