// Small helpers over raw RGBA images, the form in which icons are worked on.
import sharp from "sharp";
import type { Sharp, SharpOptions } from "sharp";

/** Pixels, row by row, four bytes each: red, green, blue and alpha, not premultiplied. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** A part of a raster, px. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export const CHANNELS = 4;
/** Pixels for each dp at the highest density, at which layers are made. */
export const PX_PER_DP = 4;
/** Side of a layer of an adaptive icon, px: 108 dp. */
export const CANVAS_SIDE = 108 * PX_PER_DP;
/** Side of the part of it that launchers show through their masks, px: 72 dp. Masks are circles of it at the least. */
export const VISIBLE_SIDE = 72 * PX_PER_DP;
/** Radius of the circle that no mask cuts, px: 33 dp. */
export const SAFE_RADIUS = 33 * PX_PER_DP;
/** Side of the square that letters and patterns are drawn in, px: around the circle that no mask cuts. */
export const MARK_SIDE = 66 * PX_PER_DP;
/** Side of the icon for Android 7, px: 48 dp. */
export const LEGACY_SIDE = 48 * PX_PER_DP;

// Each image has one thread and no cache, since a builder processes many small images in bounded memory.
sharp.concurrency(1);
sharp.cache(false);

/** Opens an encoded image. */
export function open(bytes: Uint8Array, options: SharpOptions = {}): Sharp {
  return sharp(bytes, { failOn: "truncated", ...options });
}

/** Opens a raster. */
export function openRaster({ width, height, data }: Raster): Sharp {
  return sharp(data, { raw: { width, height, channels: CHANNELS } });
}

/** Runs what was asked of an image, and returns its pixels in sRGB. */
export async function toRaster(image: Sharp): Promise<Raster> {
  const { data, info } = await image
    .toColourspace("srgb")
    .ensureAlpha()
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

/** Renders the inside of an <svg> element whose user space is a square of `side` pixels. */
export async function drawSvg(side: number, content: string): Promise<Raster> {
  const size = `width="${side}" height="${side}"`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" ${size}>${content}</svg>`;
  return toRaster(open(new TextEncoder().encode(svg)));
}

/** An empty layer. */
export function emptyCanvas(side = CANVAS_SIDE): Raster {
  return { width: side, height: side, data: new Uint8Array(side * side * CHANNELS) };
}

/** Copies a raster to its place on a canvas, and returns that; what is beyond the canvas is left out. */
export function paste(
  canvas: Raster,
  { width, height, data }: Raster,
  left: number,
  top: number,
): Raster {
  const from = Math.max(0, -left);
  const to = Math.min(width, canvas.width - left);
  if (to <= from) return canvas;
  for (let y = Math.max(0, -top); y < Math.min(height, canvas.height - top); y += 1) {
    const row = data.subarray((y * width + from) * CHANNELS, (y * width + to) * CHANNELS);
    canvas.data.set(row, ((top + y) * canvas.width + left + from) * CHANNELS);
  }
  return canvas;
}

/** Puts a raster into the middle of an empty square. */
export function centred(raster: Raster, side: number): Raster {
  const middle = (length: number): number => Math.floor((side - length) / 2);
  return paste(emptyCanvas(side), raster, middle(raster.width), middle(raster.height));
}

/** Fits a part of a raster into the middle of an empty square, as large as it goes within `inner` px. */
export async function fitted(
  raster: Raster,
  box: Box,
  side: number,
  inner = side,
): Promise<Raster> {
  const scale = inner / Math.max(box.width, box.height);
  const size = (length: number): number => Math.max(1, Math.round(length * scale));
  const part = openRaster(raster)
    .extract(box)
    .resize(size(box.width), size(box.height), { fit: "fill" });
  return centred(await toRaster(part), side);
}

/** Returns the part of a square raster that launchers show. */
export function visiblePart(canvas: Raster): Promise<Raster> {
  const start = (CANVAS_SIDE - VISIBLE_SIDE) / 2;
  const box = { left: start, top: start, width: VISIBLE_SIDE, height: VISIBLE_SIDE };
  return toRaster(openRaster(canvas).extract(box));
}
