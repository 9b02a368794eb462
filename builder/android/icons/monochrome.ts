// Makes the themed layer of an icon: its shape in white, which the system tints.
import { parseColor } from "../../../src/protocol/color.ts";
import type { Master } from "./raster.ts";

/** Smaller differences from the background, of 441 possible, are noise from the image's compression. */
const MIN_CONTRAST = 48;

/**
 * Returns the shape of a foreground: the pixels that differ from `background`, or the outline if none do.
 */
export function monochromeOf(foreground: Master, background: string): Master {
  const { r, g, b } = parseColor(background);
  const pixels = foreground.length / 4;
  const contrast = new Float32Array(pixels);
  let greatest = 0;
  for (let at = 0; at < pixels; at += 1) {
    const offset = at * 4;
    const red = (foreground[offset] ?? 0) - r;
    const green = (foreground[offset + 1] ?? 0) - g;
    const blue = (foreground[offset + 2] ?? 0) - b;
    const alpha = (foreground[offset + 3] ?? 0) / 255;
    const value = Math.sqrt(red * red + green * green + blue * blue) * alpha;
    contrast[at] = value;
    greatest = Math.max(greatest, value);
  }
  const shape = new Uint8Array(foreground.length).fill(255);
  for (let at = 0; at < pixels; at += 1) {
    const alpha = foreground[at * 4 + 3] ?? 0;
    shape[at * 4 + 3] =
      greatest < MIN_CONTRAST ? alpha : Math.round((255 * (contrast[at] ?? 0)) / greatest);
  }
  return shape;
}
