// How far the ink of a picture reaches: masks are round, so that distances count and not boxes.
import { CHANNELS } from "./raster.ts";
import type { Box, Raster } from "./raster.ts";

/** Where ink is, px. */
export interface Extent {
  readonly box: Box;
  /** The middle of the box. */
  readonly x: number;
  readonly y: number;
  /** How far the ink reaches from a point. */
  readonly reach: (x: number, y: number) => number;
}

/** Returns where the pixels are that have at least this alpha, or null if none has. */
export function extentOf({ width, height, data }: Raster, least: number): Extent | null {
  const rows: { y: number; left: number; right: number }[] = [];
  for (let y = 0; y < height; y += 1) {
    const alpha = y * width * CHANNELS + 3;
    const isInk = (x: number): boolean => (data[alpha + x * CHANNELS] ?? 0) >= least;
    let left = 0;
    while (left < width && !isInk(left)) left += 1;
    if (left === width) continue;
    let right = width;
    while (!isInk(right - 1)) right -= 1;
    rows.push({ y, left, right });
  }
  const [first, last] = [rows[0], rows.at(-1)];
  if (!first || !last) return null;
  const left = Math.min(...rows.map((row) => row.left));
  const right = Math.max(...rows.map((row) => row.right));
  const [top, bottom] = [first.y, last.y + 1];
  // To the far corners of the first and the last pixel of each row.
  const reach = (x: number, y: number): number =>
    Math.max(
      ...rows.map((row) => {
        const across = Math.max(Math.abs(row.left - x), Math.abs(row.right - x));
        return Math.hypot(across, Math.max(Math.abs(row.y - y), Math.abs(row.y + 1 - y)));
      }),
    );
  const box = { left, top, width: right - left, height: bottom - top };
  return { box, x: (left + right) / 2, y: (top + bottom) / 2, reach };
}
