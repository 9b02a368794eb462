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

/** The number of colours in a palette, and the strength of dithering. */
interface Fidelity {
  readonly colours: number;
  readonly dither: number;
}
type Fidelities = readonly [Fidelity, ...Fidelity[]];

/** Fidelities from the best on: the first suits drawings, photographs need later ones. */
const FIDELITIES: Fidelities = [
  { colours: 256, dither: 1 },
  { colours: 64, dither: 0 },
  { colours: 16, dither: 0 },
  { colours: 8, dither: 0 },
  { colours: 4, dither: 0 },
];
/** The monochrome layer needs only the shades of a soft edge. */
const MONOCHROME_FIDELITIES: Fidelities = [
  { colours: 16, dither: 0 },
  { colours: 4, dither: 0 },
  { colours: 2, dither: 0 },
];
/**
 * Greatest size of the largest picture of the coloured layer and of the monochrome one, bytes. Judged by area, all
 * pictures take three and two times as much: 85 KB of the 150 KB that an APK may have, of which the shell takes 55.
 */
const MAX_LARGEST_BYTES = 19_000;
const MAX_LARGEST_MONOCHROME_BYTES = 12_000;
const LARGEST_DENSITY = 640;
/** Effort of the palette search, 1 to 10: more takes longer and makes no visible difference at these sizes. */
const PALETTE_EFFORT = 1;

/** Renders icons in this process, without bounds on time and memory, which icon-process.ts adds. */
export async function renderIcons(
  picture: Uint8Array | null,
  { name, backgroundColor, iconColor }: IconSource,
): Promise<IconSet> {
  const layers =
    picture === null ? await drawnIcon(name, iconColor) : await imageIcon(picture, backgroundColor);
  const [foreground, monochrome] = await Promise.all([
    adaptive(layers.foreground, FIDELITIES, MAX_LARGEST_BYTES),
    adaptive(layers.monochrome, MONOCHROME_FIDELITIES, MAX_LARGEST_MONOCHROME_BYTES),
  ]);
  return {
    background: layers.background,
    legacy: await scaled(layers.legacy, foreground.fidelity, LEGACY, ICON_DENSITIES),
    foreground: foreground.images,
    monochrome: monochrome.images,
    notification: await scaled(
      layers.monochrome,
      monochrome.fidelity,
      NOTIFICATION,
      ICON_DENSITIES,
    ),
  };
}

/** Renders an adaptive layer at the first fidelity whose largest picture is within the budget, or at the last one. */
async function adaptive(
  layer: Master,
  choices: Fidelities,
  maxBytes: number,
): Promise<{ fidelity: Fidelity; images: IconImage[] }> {
  let [fidelity] = choices;
  let largest = new Uint8Array();
  for (fidelity of choices) {
    largest = await encode(layer, fidelity, ADAPTIVE, LARGEST_DENSITY);
    if (largest.length <= maxBytes) break;
  }
  const smaller = ICON_DENSITIES.filter((density) => density !== LARGEST_DENSITY);
  const images = await scaled(layer, fidelity, ADAPTIVE, smaller);
  return { fidelity, images: [...images, { density: LARGEST_DENSITY, png: largest }] };
}

/** Renders the picture in each density, sequentially, since each takes 1 to 2 MB of memory. */
async function scaled(
  master: Master,
  fidelity: Fidelity,
  layout: Layout,
  densities: readonly IconDensity[],
): Promise<IconImage[]> {
  const images: IconImage[] = [];
  for (const density of densities) {
    images.push({ density, png: await encode(master, fidelity, layout, density) });
  }
  return images;
}

/** Puts the picture in the middle of its canvas. */
function encode(
  master: Master,
  { colours, dither }: Fidelity,
  { contentDp, canvasDp }: Layout,
  density: IconDensity,
): Promise<Uint8Array<ArrayBuffer>> {
  const content = (contentDp * density) / BASE_DENSITY;
  const border = (canvasDp * density) / BASE_DENSITY - content;
  const low = Math.floor(border / 2);
  return pad(openMaster(master).resize(content, content), { low, high: border - low })
    .png({ palette: true, colours, dither, effort: PALETTE_EFFORT })
    .toBuffer();
}
