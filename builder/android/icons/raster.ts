// Small helpers over raw RGBA images, the form in which icons are worked on.
import sharp from "sharp";
import type { Sharp, SharpOptions } from "sharp";

/** Side of the square that icons are drawn in, px: the safe zone (66 of 108 dp) at the highest density. */
export const MASTER_SIDE = 264;

/** Pixels of MASTER_SIDE by MASTER_SIDE, four bytes each, not premultiplied. */
export type Master = Uint8Array;

const CHANNELS = 4;
export const TRANSPARENT = { r: 0, g: 0, b: 0, alpha: 0 };

// Each image has one thread and no cache, since a builder processes many small images in bounded memory.
sharp.concurrency(1);
sharp.cache(false);

/** Opens an encoded image. */
export function open(bytes: Uint8Array, options: SharpOptions = {}): Sharp {
  return sharp(bytes, { failOn: "error", ...options });
}

/** Opens a master. */
export function openMaster(master: Master): Sharp {
  return sharp(master, {
    raw: { width: MASTER_SIDE, height: MASTER_SIDE, channels: CHANNELS },
  });
}

/** Fits an image into the middle of a master, as large as it goes. */
export async function toMaster(image: Sharp): Promise<Master> {
  return image
    .resize(MASTER_SIDE, MASTER_SIDE, { fit: "contain", background: TRANSPARENT })
    .toColourspace("srgb")
    .ensureAlpha()
    .raw({ depth: "uchar" })
    .toBuffer();
}

/** Renders the inside of an <svg> element whose user space is a master's pixels. */
export async function drawSvg(content: string): Promise<Master> {
  const size = `width="${MASTER_SIDE}" height="${MASTER_SIDE}"`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" ${size}>${content}</svg>`;
  return toMaster(open(new TextEncoder().encode(svg)));
}

/** Adds an empty border of `border.low` px left and above, `border.high` px right and below. */
export function pad(image: Sharp, border: { low: number; high: number }): Sharp {
  const { low, high } = border;
  return image.extend({
    top: low,
    left: low,
    bottom: high,
    right: high,
    background: TRANSPARENT,
  });
}

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Returns the box around all visible pixels, or null if there are none. */
export function inkBox(master: Master): Box | null {
  let [left, top, right, bottom] = [MASTER_SIDE, MASTER_SIDE, -1, -1];
  for (let y = 0; y < MASTER_SIDE; y += 1) {
    for (let x = 0; x < MASTER_SIDE; x += 1) {
      if (master[(y * MASTER_SIDE + x) * CHANNELS + 3] === 0) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
  }
  return right < 0 ? null : { left, top, width: right - left + 1, height: bottom - top + 1 };
}
