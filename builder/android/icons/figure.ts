// Figures on nothing: cropped to their ink, and as large as fits in the circle that no mask cuts.
import { extentOf } from "./extent.ts";
import type { Extent } from "./extent.ts";
import {
  CANVAS_SIDE,
  SAFE_RADIUS,
  VISIBLE_SIDE,
  emptyCanvas,
  openRaster,
  paste,
} from "./raster.ts";
import { toRaster } from "./raster.ts";
import type { Raster } from "./raster.ts";

/** Alpha from which ink is seen. What is fainter, as the end of a shadow, may reach as far as the narrowest mask. */
const SEEN = 24;
/** Kept free of the narrowest mask, px: scaling blurs edges by as much. */
const BLUR = 2;

/** Where there is something of a picture to see: all of it, where all is faint. */
export function seenExtent(picture: Raster): Extent {
  const extent = extentOf(picture, SEEN) ?? extentOf(picture, 1);
  if (extent === null) throw new Error("the picture has no ink");
  return extent;
}

/** Puts the ink of a picture into the middle of a layer. */
export async function placeFigure(picture: Raster): Promise<Raster> {
  const { x, y, reach } = seenExtent(picture);
  const all = extentOf(picture, 1);
  if (all === null) throw new Error("the picture has no ink");
  const scale = Math.min(
    (SAFE_RADIUS - 1) / reach(x, y),
    (VISIBLE_SIDE / 2 - BLUR) / all.reach(x, y),
  );
  const scaled = (length: number): number => Math.max(1, Math.round(length * scale));
  const { box } = all;
  const ink = openRaster(picture)
    .extract(box)
    .resize(scaled(box.width), scaled(box.height), { fit: "fill" });
  const half = CANVAS_SIDE / 2;
  const [left, top] = [half - (x - box.left) * scale, half - (y - box.top) * scale];
  return paste(emptyCanvas(), await toRaster(ink), Math.round(left), Math.round(top));
}
