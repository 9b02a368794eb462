// Reads QR codes in SVG as a phone does: what the SVG draws is made pixels, then read.
import jsQR from "jsqr";

/** Pixels for each unit of the SVG. */
const SCALE = 4;

/** The text of the QR code that `svg` draws as rectangles; undefined if a reader finds none. */
export function readQrSvg(svg: string): string | undefined {
  const [, width = "0", height = "0"] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg) ?? [];
  const [w, h] = [Number(width) * SCALE, Number(height) * SCALE];
  // What is not drawn is transparent, which a reader must not take for white.
  const pixels = new Uint8ClampedArray(w * h * 4);
  for (const [, fill = "", path = ""] of svg.matchAll(/<path fill="([^"]+)" d="([^"]+)"/g)) {
    const digits = fill.slice(1).replace(/^(.)(.)(.)$/, "$1$1$2$2$3$3");
    const colour = (digits.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));
    for (const [, x = "", y = "", wide = "", high = ""] of path.matchAll(
      /M(\d+) (\d+)h(\d+)v(\d+)/g,
    )) {
      fillRect(
        pixels,
        w,
        [x, y, wide, high].map((unit) => Number(unit) * SCALE),
        colour,
      );
    }
  }
  return jsQR(pixels, w, h)?.data;
}

function fillRect(
  pixels: Uint8ClampedArray,
  stride: number,
  [x = 0, y = 0, wide = 0, high = 0]: readonly number[],
  colour: readonly number[],
): void {
  for (let row = y; row < y + high; row += 1) {
    for (let column = x; column < x + wide; column += 1) {
      pixels.set([...colour, 255], (row * stride + column) * 4);
    }
  }
}
