// Pictures that fill their square (photographs, gradients, maskable icons, rounded squares, discs): they are mapped to what
// launchers show of a layer, and their edges go on beyond it. A figure on a plain colour keeps clear of every mask.
import { formatColor } from "../../../src/protocol/color.ts";
import { continued } from "./edges.ts";
import { extentOf } from "./extent.ts";
import type { Extent } from "./extent.ts";
import {
  CANVAS_SIDE,
  CHANNELS,
  SAFE_RADIUS,
  VISIBLE_SIDE,
  emptyCanvas,
  openRaster,
  paste,
  toRaster,
} from "./raster.ts";
import type { Box, Raster } from "./raster.ts";

/** Alpha from which a pixel counts as solid. */
const SOLID = 250;
/** Greatest ratio of the sides of a shape that counts as a square or disc, where its corners are empty. */
export const SQUARE = 1.1;
/** How much of the ellipse in a picture's box must be solid, and how much smaller than the box that ellipse is. */
const FILLED = 0.998;
const ELLIPSE = 0.97;
/** How near an empty pixel the colour of others is not trusted, px: it may have something of another matte. */
const FRINGE = 2;
/** Longest side at which a picture that is not square is shown, px: one of up to twice the other is not enlarged. */
const MAX_SIDE = 2 * VISIBLE_SIDE;
/** Greatest difference of a channel within a plain border, and of how much of the border that holds. */
const PLAIN_DIFFERENCE = 14;
const PLAIN_SHARE = 0.97;
/** Least difference of a channel that makes a figure on a plain colour; less is a JPEG's noise. */
const FIGURE_DIFFERENCE = 36;
/** A "figure" of more than this share of the square is the picture itself, in a frame. */
const FRAMED = 0.72;

export interface FullBleed {
  /** The layer, CANVAS_SIDE px, opaque. */
  readonly canvas: Raster;
  /** The plain colour around the figure, #rrggbb, or null where the border has several. */
  readonly plain: string | null;
}

/** Returns the part of the picture that is solid, if the picture fills its square, and null for a figure. */
export function fullBleedBox(picture: Raster): Box | null {
  const solid = extentOf(picture, SOLID)?.box;
  if (!solid) return null;
  const isWhole = solid.width === picture.width && solid.height === picture.height;
  const ratio = Math.max(solid.width, solid.height) / Math.min(solid.width, solid.height);
  if (ratio > SQUARE && !(isWhole && solidShare(picture, solid, null) > FILLED)) return null;
  return solidShare(picture, solid, ELLIPSE) >= FILLED ? solid : null;
}

/** How much of the box, or of the ellipse of a share of it, is solid. */
function solidShare({ width, data }: Raster, box: Box, ellipse: number | null): number {
  let [all, solid] = [0, 0];
  for (let y = 0; y < box.height; y += 1) {
    const v = (((y + 0.5) / box.height) * 2 - 1) / (ellipse ?? 1);
    if (ellipse !== null && Math.abs(v) > 1) continue;
    const half = (box.width / 2) * (ellipse === null ? 1 : ellipse * Math.sqrt(1 - v * v));
    const first = Math.round(box.width / 2 - half);
    const last = box.width - first;
    const row = (box.top + y) * width + box.left;
    for (let at = row + first; at < row + last; at += 1) {
      if ((data[at * CHANNELS + 3] ?? 0) >= SOLID) solid += 1;
    }
    all += last - first;
  }
  return all === 0 ? 0 : solid / all;
}

/**
 * Returns the box of a picture at the size in which it is shown, with alpha 255 where colours can be trusted, and elsewhere 0.
 */
async function known(picture: Raster, box: Box): Promise<Raster> {
  const long = Math.max(box.width, box.height);
  const scale = Math.min(VISIBLE_SIDE / Math.min(box.width, box.height), MAX_SIDE / long);
  const size = (length: number): number => Math.max(1, Math.round(length * scale));
  const shown = await toRaster(
    openRaster(picture).extract(box).resize(size(box.width), size(box.height), { fit: "fill" }),
  );
  const isWhole = box.width === picture.width && box.height === picture.height;
  const { width, height, data } = shown;
  const trusted = new Uint8Array(width * height);
  const isSolid = (x: number, y: number): boolean => {
    // Beyond the picture there is no other matte.
    if (x < 0 || y < 0 || x >= width || y >= height) return isWhole;
    return (data[(y * width + x) * CHANNELS + 3] ?? 0) >= SOLID;
  };
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      if (!isSolid(x, y) || !isSolid(x - FRINGE, y) || !isSolid(x + FRINGE, y)) continue;
      if (isSolid(x, y - FRINGE) && isSolid(x, y + FRINGE)) trusted[y * width + x] = 255;
    }
  }
  for (let at = 0; at < trusted.length; at += 1) data[at * CHANNELS + 3] = trusted[at] ?? 0;
  return shown;
}

/** Makes the layer of the part of a picture that fills its square. */
export async function fullBleed(picture: Raster, box: Box): Promise<FullBleed> {
  const square = await known(picture, box);
  const plain = plainBorder(square);
  if (plain !== null) {
    const canvas = await onPlain(square, plain);
    if (canvas !== null) return { canvas, plain: formatColor(rgb(plain)) };
  }
  // What is not square loses what is beyond the middle.
  const shown = await toRaster(
    openRaster(square).resize(VISIBLE_SIDE, VISIBLE_SIDE, { fit: "cover" }),
  );
  const ring = (CANVAS_SIDE - VISIBLE_SIDE) / 2;
  const sides = { left: ring, top: ring, right: ring, bottom: ring };
  const canvas = await toRaster(
    openRaster(continued(shown)).extend({ ...sides, extendWith: "copy" }),
  );
  return { canvas, plain: plain && formatColor(rgb(plain)) };
}

type Colour = readonly [r: number, g: number, b: number];
const rgb = ([r, g, b]: Colour) => ({ r, g, b });

function colourAt({ data }: Raster, at: number): Colour {
  const offset = at * CHANNELS;
  return [data[offset] ?? 0, data[offset + 1] ?? 0, data[offset + 2] ?? 0];
}

const difference = (a: Colour, b: Colour): number =>
  Math.max(Math.abs(a[0] - b[0]), Math.abs(a[1] - b[1]), Math.abs(a[2] - b[2]));

/** Returns the colour of the outermost known pixels of each row and column, or null if they have several. */
function plainBorder(square: Raster): Colour | null {
  const border = outermost(square);
  if (border.length === 0) return null;
  const median = (channel: 0 | 1 | 2): number =>
    border.map((colour) => colour[channel]).toSorted((a, b) => a - b)[border.length >> 1] ?? 0;
  const middle: Colour = [median(0), median(1), median(2)];
  const alike = border.filter((colour) => difference(colour, middle) <= PLAIN_DIFFERENCE);
  return alike.length >= border.length * PLAIN_SHARE ? middle : null;
}

function outermost(square: Raster): Colour[] {
  const { width, height, data } = square;
  const found: Colour[] = [];
  const ends = (length: number, index: (step: number) => number): void => {
    const isKnown = (step: number): boolean => data[index(step) * CHANNELS + 3] === 255;
    let first = 0;
    while (first < length && !isKnown(first)) first += 1;
    if (first === length) return;
    let last = length - 1;
    while (!isKnown(last)) last -= 1;
    found.push(colourAt(square, index(first)), colourAt(square, index(last)));
  };
  for (let y = 0; y < height; y += 1) ends(width, (x) => y * width + x);
  for (let x = 0; x < width; x += 1) ends(height, (y) => y * width + x);
  return found;
}

/** Puts a figure on the plain colour around it, as large as it was given or as no mask cuts it. Null where it is no figure. */
async function onPlain(square: Raster, plain: Colour): Promise<Raster | null> {
  const { width, height } = square;
  const figure = figureOn(square, plain);
  if (figure !== null && figure.share > FRAMED) return null;
  const given = VISIBLE_SIDE / Math.max(width, height);
  const isCut = figure !== null && figure.reach(width / 2, height / 2) * given > SAFE_RADIUS;
  const scale = isCut ? Math.min(given, SAFE_RADIUS / figure.reach(figure.x, figure.y)) : given;
  const [x, y] = isCut ? [figure.x, figure.y] : [width / 2, height / 2];
  const background = rgb(plain);
  const half = CANVAS_SIDE / 2;
  const [left, top] = [Math.round(half - x * scale), Math.round(half - y * scale)];
  const shown = {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
  const placed = openRaster(square)
    .resize({ ...shown, fit: "fill" })
    .flatten({ background });
  const canvas = emptyCanvas();
  const { r, g, b } = background;
  for (let at = 0; at < canvas.data.length; at += CHANNELS) canvas.data.set([r, g, b, 255], at);
  return paste(canvas, await toRaster(placed), left, top);
}

interface Figure extends Extent {
  /** How much of the picture it is. */
  readonly share: number;
}

/** Returns where known pixels differ from the plain colour. */
function figureOn({ width, height, data }: Raster, [r, g, b]: Colour): Figure | null {
  const ink = { width, height, data: new Uint8Array(data.length) };
  let inked = 0;
  for (let at = 0; at < data.length; at += CHANNELS) {
    if (data[at + 3] !== 255) continue;
    const most = Math.max(
      Math.abs((data[at] ?? 0) - r),
      Math.abs((data[at + 1] ?? 0) - g),
      Math.abs((data[at + 2] ?? 0) - b),
    );
    if (most <= FIGURE_DIFFERENCE) continue;
    ink.data[at + 3] = 255;
    inked += 1;
  }
  const extent = extentOf(ink, 1);
  return extent && { ...extent, share: inked / (width * height) };
}
