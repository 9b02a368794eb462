// Measures pictures, apart from how the packager does.
import sharp from "sharp";

/** RGBA, row by row. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

export async function pixelsOf(file: Uint8Array | undefined): Promise<Pixels> {
  const { data, info } = await sharp(file)
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

/** Each pixel, with how far its middle is from that of the picture. */
export function distances({ width, height }: Pixels): { at: number; distance: number }[] {
  return Array.from({ length: width * height }, (_, at) => {
    const [x, y] = [(at % width) + 0.5 - width / 2, Math.floor(at / width) + 0.5 - height / 2];
    return { at, distance: Math.hypot(x, y) };
  });
}

const linear = (value: number): number =>
  value <= 10 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;

type Rgb = readonly [number, number, number];

/** The mean colour of what is more than half opaque. */
export function meanColour({ data }: Pixels): Rgb {
  const sums = [0, 0, 0];
  let count = 0;
  for (let at = 0; at < data.length; at += 4) {
    if ((data[at + 3] ?? 0) < 128) continue;
    count += 1;
    for (const c of [0, 1, 2]) sums[c] = (sums[c] ?? 0) + (data[at + c] ?? 0);
  }
  const [r = 0, g = 0, b = 0] = sums.map((sum) => sum / count);
  return [r, g, b];
}

/** The contrast of WCAG 2.2 of a colour and one as #rrggbb. */
export function contrast(color: Rgb, hex: string): number {
  const other = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  const luminance = ([r = 0, g = 0, b = 0]: readonly number[]): number =>
    0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const [a, b] = [luminance(color) + 0.05, luminance(other) + 0.05];
  return Math.max(a, b) / Math.min(a, b);
}

/** How different two colours look (CIE 1976): 2.3 is just noticed. */
export function deltaE(a: Uint8Array, b: Uint8Array, at: number): number {
  const [p, q] = [lab(a, at), lab(b, at)];
  return Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
}

/** CIELAB of sRGB under D65. */
function lab(data: Uint8Array, at: number): Rgb {
  const [r, g, b] = [linear(data[at] ?? 0), linear(data[at + 1] ?? 0), linear(data[at + 2] ?? 0)];
  const f = (t: number): number =>
    t > 216 / 24_389 ? Math.cbrt(t) : ((24_389 / 27) * t + 16) / 116;
  const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505);
  const y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}
