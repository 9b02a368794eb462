// Renders all icons of an app as WebP: legacy, adaptive foreground and monochrome, notification, each in five densities.
// Android takes it, with transparency, since 4.3, and it keeps photographs' colours in half of what a palette takes.
import type { WebpOptions } from "sharp";
import { decodePicture } from "./decode-picture.ts";
import { drawnIcon } from "./drawn-icon.ts";
import { extentOf } from "./extent.ts";
import { ICON_DENSITIES, PICTURE_WORDS } from "./icon-set.ts";
import type {
  IconDensity,
  IconImage,
  IconLayers,
  IconPictures,
  IconSource,
  PictureWords,
  RenderIcons,
} from "./icon-set.ts";
import { foregroundIcon, monochromeLayer, pictureIcon } from "./image-icon.ts";
import { CHANNELS, PX_PER_DP, fitted, openRaster, toRaster } from "./raster.ts";
import type { Raster } from "./raster.ts";

/** Side of a notification's icon, and of the shape in it: a dp is kept free around. */
const NOTIFICATION_SIDE = 24 * PX_PER_DP;
const NOTIFICATION_SHAPE = 22 * PX_PER_DP;
/** The density at which layers are made, dots per inch. */
const LAYER_DENSITY = 640;

/** How closely images keep to their layer. */
interface Fidelity {
  readonly webp: WebpOptions;
  /** How many shades of alpha there are; absent for all. */
  readonly shades?: number;
  /** How far it is blurred, px of the layer; absent for not at all. */
  readonly blur?: number;
}
type Fidelities = readonly [Fidelity, ...Fidelity[]];

/** Without loss, and with the least effort that finds repetitions: more takes several times as long for a few per cent. */
const LOSSLESS: WebpOptions = { lossless: true, effort: 1 };
const lossy = (quality: number, alphaQuality = 100): WebpOptions => {
  return { quality, alphaQuality, effort: 2 };
};
/** From the best on: these suit photographs, and the last ones noise. */
const LOSSY: Fidelities = [
  { webp: lossy(90) },
  { webp: lossy(80) },
  { webp: lossy(65) },
  { webp: lossy(45) },
  { webp: { ...lossy(45), effort: 4 } }, // fading transparency
  { webp: lossy(20, 50) },
  { webp: lossy(5, 10) },
  { webp: lossy(5, 1), blur: 2 },
  { webp: lossy(1, 1), blur: 4 },
  { webp: lossy(1, 1), blur: 8 },
  { webp: lossy(1, 1), blur: 24 },
  { webp: lossy(1, 1), blur: 72 },
  { webp: lossy(1, 1), blur: 432 }, // one colour, if nothing else fits
];
const FIDELITIES: Fidelities = [{ webp: LOSSLESS }, ...LOSSY];
/** The monochrome layer needs only the shades of a soft edge. */
const MONOCHROME_FIDELITIES: Fidelities = [
  { webp: LOSSLESS, shades: 16 },
  { webp: LOSSLESS, shades: 8 },
  { webp: LOSSLESS, shades: 4 },
  { webp: LOSSLESS, shades: 3 },
  { webp: LOSSLESS, shades: 2, blur: 8 }, // noise, the coarser the further down
  { webp: LOSSLESS, shades: 2, blur: 32 },
  { webp: LOSSLESS, shades: 2, blur: 64 },
  { webp: LOSSLESS, shades: 2, blur: 144 },
  { webp: LOSSLESS, shades: 2, blur: 432 },
];
/**
 * Greatest size of all pictures, bytes, and how much of it the coloured ones get; at any but the last fidelity. A usual app
 * leaves half as much again of the 150 KB that an APK may have, and one with long lists in its config less (`room`).
 */
const MAX_BYTES = 52_000;
const COLOURED_SHARE = 0.73;
/** In a photograph or gradient, more of the pixels than this differ from the one beside them. */
const PHOTOGRAPH_SHARE = 0.15;

/** Renders icons in this process, without bounds on time and memory, which icon-process.ts adds. */
export const renderIcons: RenderIcons = async (pictures, source, { onPicture } = {}) => {
  const layers = await makeLayers(pictures, source, onPicture ?? (() => {}));
  const { background, legacy, foreground, monochrome, notes } = layers;
  const shape = extentOf(monochrome, 1)?.box ?? null;
  const small = shape && (await fitted(monochrome, shape, NOTIFICATION_SIDE, NOTIFICATION_SHAPE));
  const bytes = Math.min(MAX_BYTES, source.room ?? MAX_BYTES);
  const inColours = Math.floor(bytes * COLOURED_SHARE);
  const [coloured, plain] = await Promise.all([
    within(inColours, isPhotograph(foreground) ? LOSSY : FIDELITIES, [foreground, legacy]),
    within(bytes - inColours, MONOCHROME_FIDELITIES, [monochrome, small ?? monochrome]),
  ]);
  return {
    background,
    legacy: coloured[1],
    foreground: coloured[0],
    monochrome: plain[0],
    notification: plain[1],
    notes,
  };
};

async function makeLayers(
  { icon, foreground, monochrome }: IconPictures,
  source: IconSource,
  onPicture: (what: PictureWords) => void,
): Promise<IconLayers> {
  const decode = (bytes: Uint8Array, what: PictureWords): Promise<Raster> => {
    onPicture(what);
    return decodePicture(bytes, what);
  };
  const ofIcon = icon && (await pictureIcon(await decode(icon, PICTURE_WORDS.icon), source));
  let layers = ofIcon;
  if (foreground !== null) {
    const own = await foregroundIcon(await decode(foreground, PICTURE_WORDS.foreground), source);
    layers = { ...own, legacy: ofIcon?.legacy ?? own.legacy };
  }
  layers ??= await drawnIcon(source.name, source.iconBackground ?? source.iconColor);
  if (monochrome === null) return layers;
  const own = await monochromeLayer(await decode(monochrome, PICTURE_WORDS.monochrome));
  return { ...layers, monochrome: own };
}

/** Whether most pixels differ from the ones beside them, so that an encoder without loss finds nothing to save. */
function isPhotograph({ width, height, data }: Raster): boolean {
  const pixels = new Uint32Array(data.buffer, data.byteOffset, width * height);
  let [all, different] = [0, 0];
  for (let at = 1; at < pixels.length; at += 1) {
    if ((data[at * CHANNELS + 3] ?? 0) === 0) continue;
    all += 1;
    if (pixels[at] !== pixels[at - 1]) different += 1;
  }
  return different > all * PHOTOGRAPH_SHARE;
}

type Pair<T> = readonly [T, T];

/** Renders two layers at the first fidelity that keeps all of both within `maxBytes`, or at the last one. */
async function within(
  maxBytes: number,
  choices: Fidelities,
  [first, second]: Pair<Raster>,
): Promise<Pair<IconImage[]>> {
  for (const fidelity of choices) {
    const isLast = fidelity === choices.at(-1);
    const limit = isLast ? Infinity : maxBytes;
    const images = await scaled(first, fidelity, limit);
    const others = images && (await scaled(second, fidelity, limit - bytesOf(images)));
    if (images && others) return [images, others];
  }
  throw new Error("no fidelity");
}

const bytesOf = (images: readonly IconImage[]): number =>
  images.reduce((sum, { webp }) => sum + webp.length, 0);

/**
 * Renders a layer in each density, sequentially, since each takes 1 to 2 MB of memory. Returns null once they have more than
 * `maxBytes`; the largest come first, so that this shows early.
 */
async function scaled(
  layer: Raster,
  fidelity: Fidelity,
  maxBytes: number,
): Promise<IconImage[] | null> {
  const images: IconImage[] = [];
  for (const density of ICON_DENSITIES.toReversed()) {
    images.unshift({ density, webp: await encode(layer, fidelity, density) });
    if (bytesOf(images) > maxBytes) return null;
  }
  return images;
}

async function encode(
  layer: Raster,
  { webp, shades, blur }: Fidelity,
  density: IconDensity,
): Promise<Uint8Array<ArrayBuffer>> {
  const side = (layer.width * density) / LAYER_DENSITY;
  const resized = openRaster(layer).resize(side, side);
  const image =
    blur === undefined ? resized : resized.blur(Math.max(0.3, (blur * density) / LAYER_DENSITY));
  if (shades === undefined) return image.webp(webp).toBuffer();
  const reduced = await toRaster(image);
  const step = 255 / (shades - 1);
  for (let at = 3; at < reduced.data.length; at += CHANNELS) {
    reduced.data[at] = Math.round(Math.round((reduced.data[at] ?? 0) / step) * step);
  }
  return openRaster(reduced).webp(webp).toBuffer();
}
