// Makes the themed layer of an icon: its shape in white, which the system tints, and of which the icon in the status bar is
// made. What a shape is depends on the picture: ink, what differs from a plain colour or from a gradient, or shades.
import { parseColor } from "../../../src/protocol/color.ts";
import { CANVAS_SIDE, CHANNELS, SAFE_RADIUS, VISIBLE_SIDE } from "./raster.ts";
import type { Raster } from "./raster.ts";

/** Smaller differences from a background, of 441 possible, are noise from the image's compression. */
const MIN_CONTRAST = 48;
/** From this share of the greatest difference on, a shape is solid: tinted icons are shapes more than shades. */
const SOLID_FROM = 0.6;
/** Least alpha of a figure's ink, as a share: what is nearly of the background's colour belongs to it, too. */
const LEAST_INK = 0.35;
/** Ink of less alpha than this share of the most is a shadow and no shape. */
const SHADOW = 0.3;
/** Least alpha of a picture's shades, as a share, so that the disc they are in is seen. */
const LEAST_SHADE = 0.2;
/** A shape on a picture's ground has between these shares of the circle; less is nothing, more is the picture itself. */
const LEAST_SHAPE = 0.01;
const MOST_SHAPE = 0.55;
/** Pixels that are neither in a shape nor out of it, and how many there may be of them: its edges are no more. */
const SOFT = 0.15;
const MOST_SOFT = 0.3;
/** Shades that differ by less than this, of 255, are one. */
const ONE_SHADE = 12;

/** Returns the shape of a figure on nothing: its ink, the more solid the more it differs from `background`. */
export function shapeOfFigure(figure: Raster, background: string): Raster {
  const { data } = figure;
  const { contrast, greatest } = differences(figure, constant(background));
  const solid = greatest * SOLID_FROM;
  let most = 1;
  for (let at = 3; at < data.length; at += CHANNELS) most = Math.max(most, data[at] ?? 0);
  return white(figure, (at) => {
    const alpha = data[at * CHANNELS + 3] ?? 0;
    const part = Math.min(1, Math.max(0, (alpha / most - SHADOW) / (1 - 2 * SHADOW)));
    if (greatest < MIN_CONTRAST || part === 0) return part;
    const ink = Math.min(1, ((contrast[at] ?? 0) * 255) / alpha / solid);
    return part * (LEAST_INK + (1 - LEAST_INK) * ink);
  });
}

/**
 * Returns the shape in a layer that a picture fills: what differs from its plain colour, or from what its border leads one to
 * expect inside, and otherwise its shades.
 * @param plain the colour around its figure, or null where there are several
 */
export function shapeOfPicture(canvas: Raster, plain: string | null): Raster {
  const ground = plain === null ? groundOf(canvas) : constant(plain);
  const { contrast, greatest } = differences(canvas, ground);
  if (greatest < MIN_CONTRAST) return shadesOf(canvas);
  const least = MIN_CONTRAST / 2;
  const range = greatest * SOLID_FROM - least;
  let [circle, shape, soft] = [0, 0, 0];
  for (let at = 0; at < contrast.length; at += 1) {
    const part = CIRCLE[at] ?? 0;
    const alpha = part && Math.min(1, Math.max(0, ((contrast[at] ?? 0) - least) / range));
    // What is faint is an error of the ground, and not of the shape.
    contrast[at] = part * Math.min(1, Math.max(0, (alpha - SOFT) / (1 - 2 * SOFT)));
    circle += part;
    shape += part * alpha;
    if (alpha > SOFT && alpha < 1 - SOFT) soft += part;
  }
  const share = shape / circle;
  const isShape = share >= LEAST_SHAPE && share <= MOST_SHAPE && soft <= shape * MOST_SOFT;
  return isShape ? white(canvas, (at) => contrast[at] ?? 0) : shadesOf(canvas);
}

/** Returns a layer of the owner's own: its alpha counts, or how dark it is where it has none. */
export function ownShape(layer: Raster): Raster {
  const { data } = layer;
  let isOpaque = true;
  for (let at = 3; at < data.length; at += CHANNELS) isOpaque &&= data[at] === 255;
  if (isOpaque) return white(layer, (at) => 1 - lightness(layer, at) / 255);
  return white(layer, (at) => (data[at * CHANNELS + 3] ?? 0) / 255);
}

/** A picture without a shape: its shades in a disc, dark ones on a light picture and light ones on a dark one. */
function shadesOf(canvas: Raster): Raster {
  const counts = new Float64Array(256);
  let [all, sum] = [0, 0];
  for (let at = 0; at < CIRCLE.length; at += 1) {
    if (CIRCLE[at] === 0) continue;
    const shade = Math.floor(lightness(canvas, at));
    counts[shade] = (counts[shade] ?? 0) + 1;
    all += 1;
    sum += shade;
  }
  const atShare = (share: number): number => {
    let below = 0;
    return counts.findIndex((count) => (below += count) >= all * share);
  };
  const [low, high] = [atShare(0.05), atShare(0.95)];
  if (high - low < ONE_SHADE) return white(canvas, (at) => CIRCLE[at] ?? 0);
  const isLight = sum / all > (low + high) / 2;
  return white(canvas, (at) => {
    const part = CIRCLE[at] ?? 0;
    if (part === 0) return 0;
    const shade = Math.min(1, Math.max(0, (lightness(canvas, at) - low) / (high - low)));
    return part * (LEAST_SHADE + (1 - LEAST_SHADE) * (isLight ? 1 - shade : shade));
  });
}

/** Where the part that launchers show begins, px, and where it ends. */
const START = (CANVAS_SIDE - VISIBLE_SIDE) / 2;
const END = START + VISIBLE_SIDE;

/** Writes the colours that are expected in a row of the visible part: three values a pixel. */
type Ground = (y: number, row: Float32Array) => void;

function constant(color: string): Ground {
  const { r, g, b } = parseColor(color);
  return (_y, row) => {
    for (let at = 0; at < row.length; at += 3) {
      row[at] = r;
      row[at + 1] = g;
      row[at + 2] = b;
    }
  };
}

/**
 * What the border of the visible part leads one to expect inside of it: it is exact for linear gradients (a bilinearly blended
 * Coons patch).
 */
function groundOf({ data }: Raster): Ground {
  const last = VISIBLE_SIDE - 1;
  const value = (x: number, y: number, c: number): number =>
    data[((START + y) * CANVAS_SIDE + START + x) * CHANNELS + c] ?? 0;
  const edge = (y: number): Float32Array =>
    Float32Array.from({ length: VISIBLE_SIDE * 3 }, (_, at) =>
      value(Math.floor(at / 3), y, at % 3),
    );
  const [top, bottom] = [edge(0), edge(last)];
  return (y, row) => {
    const v = y / last;
    for (let c = 0; c < 3; c += 1) {
      // What the left and the right edge add to what top and bottom say.
      const left = value(0, y, c) - value(0, 0, c) * (1 - v) - value(0, last, c) * v;
      const right = value(last, y, c) - value(last, 0, c) * (1 - v) - value(last, last, c) * v;
      for (let x = 0; x < VISIBLE_SIDE; x += 1) {
        const [at, u] = [x * 3 + c, x / last];
        const across = (top[at] ?? 0) * (1 - v) + (bottom[at] ?? 0) * v;
        row[at] = across + left * (1 - u) + right * u;
      }
    }
  };
}

/** How far each pixel of a layer is from the ground, times its alpha, and the most of that. Only what is shown counts. */
function differences({ data }: Raster, ground: Ground) {
  const contrast = new Float32Array(CANVAS_SIDE * CANVAS_SIDE);
  const row = new Float32Array(VISIBLE_SIDE * 3);
  let greatest = 0;
  for (let y = START; y < END; y += 1) {
    ground(y - START, row);
    for (let x = START; x < END; x += 1) {
      const at = y * CANVAS_SIDE + x;
      const offset = at * CHANNELS;
      const alpha = data[offset + 3] ?? 0;
      if (alpha === 0) continue;
      const expected = (x - START) * 3;
      const red = (data[offset] ?? 0) - (row[expected] ?? 0);
      const green = (data[offset + 1] ?? 0) - (row[expected + 1] ?? 0);
      const blue = (data[offset + 2] ?? 0) - (row[expected + 2] ?? 0);
      const far = (Math.sqrt(red * red + green * green + blue * blue) * alpha) / 255;
      contrast[at] = far;
      if (far > greatest && CIRCLE[at] === 1) greatest = far;
    }
  }
  return { contrast, greatest };
}

/** How light a pixel looks, to 255 (ITU-R BT.601). */
function lightness({ data }: Raster, at: number): number {
  const offset = at * CHANNELS;
  return (
    0.299 * (data[offset] ?? 0) + 0.587 * (data[offset + 1] ?? 0) + 0.114 * (data[offset + 2] ?? 0)
  );
}

/** How much of each pixel of a layer is in the circle that no mask cuts. */
const CIRCLE = Float32Array.from({ length: CANVAS_SIDE * CANVAS_SIDE }, (_, at) => {
  const half = (CANVAS_SIDE - 1) / 2;
  const distance = Math.hypot((at % CANVAS_SIDE) - half, Math.floor(at / CANVAS_SIDE) - half);
  return Math.min(1, Math.max(0, SAFE_RADIUS - distance));
});

/** A white raster with the alpha that `alphaAt` says, to 1. */
function white({ width, height }: Raster, alphaAt: (at: number) => number): Raster {
  const data = new Uint8Array(width * height * CHANNELS).fill(255);
  for (let at = 0; at < width * height; at += 1) {
    data[at * CHANNELS + 3] = 255 * alphaAt(at) + 0.5;
  }
  return { width, height, data };
}
