// Android 7 shows icons as they are: what needs its background is shown on a rounded square of it.
import { LEGACY_SIDE, open, openRaster, toRaster, visiblePart } from "./raster.ts";
import type { Raster } from "./raster.ts";

/** Corner radius, as a share of the side. */
const CORNER_SHARE = 0.2;

const MASK = new TextEncoder().encode(
  `<svg xmlns="http://www.w3.org/2000/svg" width="${LEGACY_SIDE}" height="${LEGACY_SIDE}">` +
    `<rect width="${LEGACY_SIDE}" height="${LEGACY_SIDE}" rx="${LEGACY_SIDE * CORNER_SHARE}"/></svg>`,
);

/** Returns the visible part of a layer on its background. */
export async function onRoundedSquare(foreground: Raster, background: string): Promise<Raster> {
  const square = await toRaster(
    openRaster(await visiblePart(foreground))
      .flatten({ background })
      .resize(LEGACY_SIDE, LEGACY_SIDE),
  );
  const mask = await toRaster(open(MASK));
  for (let at = 3; at < square.data.length; at += 4) square.data[at] = mask.data[at] ?? 0;
  return square;
}
