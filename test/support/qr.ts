// Reads QR codes as a phone does: the GIF is decoded, then what it shows.
import jsQR from "jsqr";
import { GifReader } from "omggif";

const PREFIX = "data:image/gif;base64,";

export interface Seen {
  text: string | undefined;
  width: number;
  height: number;
  /** White pixels around the code on its narrowest side, in modules. */
  quietModules: number;
}

/** What a data URI of a GIF shows. */
export function readQr(dataUri: string): Seen {
  if (!dataUri.startsWith(PREFIX)) throw new Error("not a GIF in a data URI");
  const bytes = Uint8Array.from(Buffer.from(dataUri.slice(PREFIX.length), "base64"));
  const gif = new GifReader(bytes);
  const { width, height } = gif;
  const pixels = new Uint8ClampedArray(width * height * 4);
  gif.decodeAndBlitFrameRGBA(0, pixels);
  const isDark = (x: number, y: number) => (pixels[(y * width + x) * 4] ?? 255) < 128;
  const found = jsQR(pixels, width, height);
  const margin = marginOf(isDark, width, height);
  // a finder pattern is seven modules wide
  let finder = 0;
  while (isDark(margin + finder, margin)) finder += 1;
  return { text: found?.data, width, height, quietModules: margin / (finder / 7) };
}

function marginOf(isDark: (x: number, y: number) => boolean, width: number, height: number) {
  let margin = Infinity;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      if (isDark(x, y)) margin = Math.min(margin, x, y, width - 1 - x, height - 1 - y);
    }
  }
  return margin;
}
