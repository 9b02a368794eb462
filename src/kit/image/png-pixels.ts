// The inflated pixels of a PNG: how many bytes they are, and whether any of them is visible. Pixels are reconstructed row by
// row (PNG specification, third edition, sections 7 to 9) and only up to the first that is seen.

/** How the pixels of a PNG are written. */
export interface Pixels {
  width: number;
  height: number;
  /** Bits a sample. */
  depth: number;
  /** 0 grey, 2 RGB, 3 palette, 4 grey with alpha, 6 RGB with alpha. */
  colourType: number;
  isInterlaced: boolean;
  /** The chunk tRNS: alpha for each colour of the palette, or the one colour that is transparent. */
  transparency: Uint8Array | null;
}

/** Samples a pixel, by colour type. */
const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
/** The passes of Adam7: where each begins, and how far apart its pixels are, in x and y. */
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;
/** The last of the five filters. */
const PAETH = 4;

/** The rows of one pass: `stride` bytes each, after one byte that names the row's filter. */
interface Pass {
  width: number;
  height: number;
  stride: number;
  /** Where its first row begins in the inflated bytes. */
  from: number;
}

const bitsOf = ({ colourType, depth }: Pixels): number => (SAMPLES[colourType] ?? 0) * depth;

function passesOf(pixels: Pixels): Pass[] {
  const { width, height, isInterlaced } = pixels;
  const passes = isInterlaced ? ADAM7 : ([[0, 0, 1, 1]] as const);
  let from = 0;
  return passes.flatMap(([x, y, stepX, stepY]) => {
    const pass = { width: Math.ceil((width - x) / stepX), height: Math.ceil((height - y) / stepY) };
    // A pass without pixels has no rows at all.
    if (pass.width <= 0 || pass.height <= 0) return [];
    const stride = Math.ceil((pass.width * bitsOf(pixels)) / 8);
    const whole = { ...pass, stride, from };
    from += (stride + 1) * pass.height;
    return [whole];
  });
}

/** Returns how many bytes the pixels are when they are inflated. */
export function inflatedSize(pixels: Pixels): number {
  return passesOf(pixels).reduce((sum, { stride, height }) => sum + (stride + 1) * height, 0);
}

/** Whether each row names a filter that there is. */
export function hasKnownFilters(inflated: Uint8Array, pixels: Pixels): boolean {
  return passesOf(pixels).every(({ from, stride, height }) => {
    for (let row = 0; row < height; row += 1) {
      if ((inflated[from + row * (stride + 1)] ?? 0) > PAETH) return false;
    }
    return true;
  });
}

/** Whether at least one pixel is not wholly transparent. Changes `inflated`: rows are reconstructed in place. */
export function isVisible(inflated: Uint8Array, pixels: Pixels): boolean {
  const { colourType, transparency } = pixels;
  const hasAlpha = colourType === 4 || colourType === 6;
  if (!hasAlpha && transparency === null) return true;
  // Bytes of a pixel, one at least: what filters compare with.
  const distance = Math.max(1, bitsOf(pixels) >> 3);
  return passesOf(pixels).some(({ width, height, stride, from }) => {
    let above: Uint8Array = new Uint8Array(stride);
    for (let row = 0; row < height; row += 1) {
      const at = from + row * (stride + 1);
      const present = inflated.subarray(at + 1, at + 1 + stride);
      reconstruct(inflated[at] ?? 0, present, above, distance);
      if (isRowVisible(present, width, pixels)) return true;
      above = present;
    }
    return false;
  });
}

/** Undoes a row's filter (section 9.2). */
function reconstruct(filter: number, row: Uint8Array, above: Uint8Array, distance: number): void {
  if (filter === 0) return;
  for (let at = 0; at < row.length; at += 1) {
    const left = at < distance ? 0 : (row[at - distance] ?? 0);
    const up = above[at] ?? 0;
    const corner = at < distance ? 0 : (above[at - distance] ?? 0);
    row[at] = (row[at] ?? 0) + predicted(filter, left, up, corner);
  }
}

function predicted(filter: number, left: number, up: number, corner: number): number {
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  const base = left + up - corner;
  const [toLeft, toUp, toCorner] = [
    Math.abs(base - left),
    Math.abs(base - up),
    Math.abs(base - corner),
  ];
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}

function isRowVisible(row: Uint8Array, width: number, pixels: Pixels): boolean {
  const { colourType, depth, transparency } = pixels;
  const samples = SAMPLES[colourType] ?? 1;
  if (colourType === 3) {
    return someOf(width, (x) => (transparency?.[sampleAt(row, x, depth)] ?? 255) > 0);
  }
  if (transparency === null || colourType > 3) {
    return someOf(width, (x) => sampleAt(row, (x + 1) * samples - 1, depth) > 0);
  }
  // The one colour that is transparent: two bytes a sample, whatever the depth, of which only so many bits count.
  const key = Array.from(
    { length: samples },
    (_, at) =>
      (((transparency[at * 2] ?? 0) << 8) | (transparency[at * 2 + 1] ?? 0)) & ((1 << depth) - 1),
  );
  return someOf(width, (x) =>
    key.some((value, at) => sampleAt(row, x * samples + at, depth) !== value),
  );
}

function someOf(count: number, test: (at: number) => boolean): boolean {
  for (let at = 0; at < count; at += 1) if (test(at)) return true;
  return false;
}

/** Returns a sample of a row, whose bits may be 1 to 16. */
function sampleAt(row: Uint8Array, at: number, depth: number): number {
  if (depth === 8) return row[at] ?? 0;
  if (depth === 16) return ((row[at * 2] ?? 0) << 8) | (row[at * 2 + 1] ?? 0);
  const bit = at * depth;
  return ((row[bit >> 3] ?? 0) >> (8 - depth - (bit & 7))) & ((1 << depth) - 1);
}
