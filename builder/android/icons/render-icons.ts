// All icons of an app as PNGs: legacy, adaptive foreground and monochrome, each in five densities.
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
/** 66 dp is the part of an adaptive icon that no launcher's mask cuts. */
const ADAPTIVE: Layout = { contentDp: 66, canvasDp: 108 };
/** Pixels a dp at 160 dots per inch. */
const BASE_DENSITY = 160;

/** Colours of a palette and how strongly they are mixed to seem more. */
interface Fidelity {
  readonly colours: number;
  readonly dither: number;
}
type Fidelities = readonly [Fidelity, ...Fidelity[]];

/** Tried from the best: a drawing takes the first, a photograph needs one of the later. */
const FIDELITIES: Fidelities = [
  { colours: 256, dither: 1 },
  { colours: 64, dither: 0 },
  { colours: 16, dither: 0 },
  { colours: 8, dither: 0 },
  { colours: 4, dither: 0 },
];
/** The monochrome layer has only the shades of an outline's soft edge. */
const MONOCHROME_FIDELITIES: Fidelities = [
  { colours: 16, dither: 0 },
  { colours: 4, dither: 0 },
  { colours: 2, dither: 0 },
];
/**
 * Most the largest picture of a layer may take, bytes. By their areas all 15 pictures take five times as
 * much: 110 KB of the 150 KB that an APK may have.
 */
const MAX_LARGEST_BYTES = 22_000;
const LARGEST_DENSITY = 640;
/** How long the palette search tries, 1 to 10: more takes longer and shows no difference at these sizes. */
const PALETTE_EFFORT = 1;

/** RenderIcons in this process. Nothing bounds the time and memory of a picture: icon-renderer.ts does. */
export async function renderIcons(
  picture: Uint8Array | null,
  { name, backgroundColor, iconColor }: IconSource,
): Promise<IconSet> {
  const layers =
    picture === null ? await drawnIcon(name, iconColor) : await imageIcon(picture, backgroundColor);
  const [foreground, monochrome] = await Promise.all([
    adaptive(layers.foreground, FIDELITIES),
    adaptive(layers.monochrome, MONOCHROME_FIDELITIES),
  ]);
  return {
    background: layers.background,
    legacy: await scaled(layers.legacy, foreground.fidelity, LEGACY, ICON_DENSITIES),
    foreground: foreground.images,
    monochrome: monochrome.images,
  };
}

/** An adaptive layer at the first fidelity that keeps its largest picture within budget, or at the last. */
async function adaptive(
  layer: Master,
  choices: Fidelities,
): Promise<{ fidelity: Fidelity; images: IconImage[] }> {
  let [fidelity] = choices;
  let largest = new Uint8Array();
  for (fidelity of choices) {
    largest = await encode(layer, fidelity, ADAPTIVE, LARGEST_DENSITY);
    if (largest.length <= MAX_LARGEST_BYTES) break;
  }
  const smaller = ICON_DENSITIES.filter((density) => density !== LARGEST_DENSITY);
  const images = await scaled(layer, fidelity, ADAPTIVE, smaller);
  return { fidelity, images: [...images, { density: LARGEST_DENSITY, png: largest }] };
}

/** The picture in each density, one after the other: each is worth 1 to 2 MB while it is made. */
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

/** The picture in the middle of its canvas. */
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
