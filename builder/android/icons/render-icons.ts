// Renders all icons of an app as PNGs: legacy, adaptive foreground and monochrome, notification, each in five densities.
import { drawnIcon } from "./drawn-icon.ts";
import { ICON_DENSITIES } from "./icon-set.ts";
import type { IconDensity, IconImage, IconSet, IconSource } from "./icon-set.ts";
import { imageIcon } from "./image-icon.ts";
import { openMaster, pad } from "./raster.ts";
import type { Master } from "./raster.ts";

/** Size of a picture and of the canvas it is centred on, dp. */
interface Layout {
  readonly contentDp: number;
  readonly canvasDp: number;
}
const LEGACY: Layout = { contentDp: 48, canvasDp: 48 };
/** 66 dp is the part of an adaptive icon that no launcher's mask cuts off. */
const ADAPTIVE: Layout = { contentDp: 66, canvasDp: 108 };
/** A dp is kept free around icons in the status bar. */
const NOTIFICATION: Layout = { contentDp: 22, canvasDp: 24 };
/** Pixels for each dp at 160 dots per inch. */
const BASE_DENSITY = 160;

/** How closely a picture's palette and pixels keep to it. */
interface Fidelity {
  /** Most colours in the palette: 256, 16, 4 or 2, since others have the bits of the next of these. */
  readonly colours: number;
  /** Strength of dithering, to 1. */
  readonly dither: number;
  /** Takes only as many colours as this needs, 1 to 100; absent for all that may be. */
  readonly quality?: number;
  /** How far it is blurred, dp; absent for not at all. */
  readonly blur?: number;
}
type Fidelities = readonly [Fidelity, ...Fidelity[]];

/** Fidelities from the best on: the first suit drawings, gradients need the next, and photographs later ones. */
const FIDELITIES: Fidelities = [
  { colours: 256, dither: 1 },
  { colours: 256, dither: 0 },
  { colours: 256, dither: 0, quality: 95 },
  { colours: 256, dither: 0, quality: 75 },
  { colours: 16, dither: 1 },
  { colours: 256, dither: 0, quality: 15 },
  { colours: 16, dither: 0 },
  { colours: 4, dither: 0 },
  { colours: 4, dither: 0, blur: 0.4 }, // noise
  { colours: 4, dither: 0, blur: 0.8 },
];
/** The monochrome layer needs only the shades of a soft edge. */
const MONOCHROME_FIDELITIES: Fidelities = [
  { colours: 16, dither: 0 },
  { colours: 16, dither: 0, quality: 20 },
  { colours: 4, dither: 0 },
  { colours: 2, dither: 0 },
  { colours: 2, dither: 0, blur: 0.4 }, // noise
  { colours: 2, dither: 0, blur: 0.8 },
];
/**
 * Greatest size of all pictures of the coloured layer and of the monochrome one, bytes, at any but the last fidelity: 52 KB of
 * the 150 KB that an APK may have, of which the shell takes 67, and signature, tables, config and zip at most 30.
 */
const MAX_BYTES = 37_000;
const MAX_MONOCHROME_BYTES = 15_000;
/** Effort of the palette search, 1 to 10: more takes longer and makes no visible difference at these sizes. */
const PALETTE_EFFORT = 1;

/** Renders icons in this process, without bounds on time and memory, which icon-process.ts adds. */
export async function renderIcons(
  picture: Uint8Array | null,
  { name, backgroundColor, iconColor }: IconSource,
): Promise<IconSet> {
  const layers =
    picture === null ? await drawnIcon(name, iconColor) : await imageIcon(picture, backgroundColor);
  const { background, legacy, foreground, monochrome } = layers;
  const [coloured, plain] = await Promise.all([
    within(MAX_BYTES, FIDELITIES, [
      [foreground, ADAPTIVE],
      [legacy, LEGACY],
    ]),
    within(MAX_MONOCHROME_BYTES, MONOCHROME_FIDELITIES, [
      [monochrome, ADAPTIVE],
      [monochrome, NOTIFICATION],
    ]),
  ]);
  return {
    background,
    legacy: coloured[1],
    foreground: coloured[0],
    monochrome: plain[0],
    notification: plain[1],
  };
}

type Pair<T> = readonly [T, T];

/** Renders two pictures at the first fidelity that keeps all of both within `maxBytes`, or at the last one. */
async function within(
  maxBytes: number,
  choices: Fidelities,
  [first, second]: Pair<readonly [Master, Layout]>,
): Promise<Pair<IconImage[]>> {
  for (const fidelity of choices) {
    const isLast = fidelity === choices.at(-1);
    const limit = isLast ? Infinity : maxBytes;
    const images = await scaled(...first, fidelity, limit);
    const others = images && (await scaled(...second, fidelity, limit - bytesOf(images)));
    if (images && others) return [images, others];
  }
  throw new Error("no fidelity");
}

const bytesOf = (images: readonly IconImage[]): number =>
  images.reduce((sum, { png }) => sum + png.length, 0);

/**
 * Renders the picture in each density, sequentially, since each takes 1 to 2 MB of memory. Returns null once they have more
 * than `maxBytes`; the largest come first, so that this shows early.
 */
async function scaled(
  master: Master,
  layout: Layout,
  fidelity: Fidelity,
  maxBytes: number,
): Promise<IconImage[] | null> {
  const images: IconImage[] = [];
  for (const density of ICON_DENSITIES.toReversed()) {
    images.unshift({ density, png: await encode(master, fidelity, layout, density) });
    if (bytesOf(images) > maxBytes) return null;
  }
  return images;
}

/** Puts the picture in the middle of its canvas. */
function encode(
  master: Master,
  { colours, dither, quality, blur }: Fidelity,
  { contentDp, canvasDp }: Layout,
  density: IconDensity,
): Promise<Uint8Array<ArrayBuffer>> {
  const content = (contentDp * density) / BASE_DENSITY;
  const border = (canvasDp * density) / BASE_DENSITY - content;
  const low = Math.floor(border / 2);
  const resized = openMaster(master).resize(content, content);
  const soft = blur === undefined ? resized : resized.blur((blur * density) / BASE_DENSITY);
  return pad(soft, { low, high: border - low })
    .png({ palette: true, colours, dither, ...(quality && { quality }), effort: PALETTE_EFFORT })
    .toBuffer();
}
