// Reads a PNG far enough to know whether it is whole and shows anything (PNG specification, third edition). Of chunks that are
// not needed for that, such as compressed profiles and texts, nothing is inflated, whatever they hold.
import { crc32, inflateSync } from "node:zlib";
import { EMPTY, TRUNCATED, damaged } from "./faults.ts";
import { hasKnownFilters, inflatedSize, isVisible, type Pixels } from "./png-pixels.ts";

/**
 * Largest pixels that are inflated, bytes: 1,448 by 1,448 of four bytes, which takes 10 ms, and 150 where it is made to last.
 * Larger pictures are looked into by builders alone, which have the time.
 */
export const MAX_INFLATED_BYTES = 8 * 1024 * 1024;
const SIGNATURE_BYTES = 8;
/** Length, type and checksum of a chunk, bytes. */
const FRAME_BYTES = 12;
const HEADER_BYTES = 13;
/** What zlib says of compressed bytes that end too early. */
const CUT_SHORT = "unexpected end of file";
/** Chunks that are read, and whose checksum therefore counts. */
const READ = new Set(["IHDR", "PLTE", "tRNS", "IDAT", "IEND"]);
/** The bit depths of each colour type. */
const DEPTHS: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

interface Chunk {
  type: string;
  data: Uint8Array;
}

/** Returns what is wrong with a PNG, whose signature and size are known; null for one that may be drawn. */
export function pngFault(bytes: Uint8Array): string | null {
  const chunks = chunksOf(bytes);
  if (typeof chunks === "string") return chunks;
  const [first] = chunks;
  const pixels = first && pixelsOf(first, chunks);
  if (!pixels) return damaged("its header is not that of a PNG");
  if (pixels.colourType === 3 && !chunks.some(({ type }) => type === "PLTE")) {
    return damaged("its palette is missing");
  }
  const parts = chunks.filter(({ type }) => type === "IDAT").map(({ data }) => data);
  if (parts.length === 0) return damaged("its pixels are missing");
  const size = inflatedSize(pixels);
  return size > MAX_INFLATED_BYTES ? null : pixelsFault(Buffer.concat(parts), size, pixels);
}

/** Returns the chunks that are read, up to the one that ends the picture; or what is wrong. */
function chunksOf(bytes: Uint8Array): Chunk[] | string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks: Chunk[] = [];
  for (let at = SIGNATURE_BYTES; at + FRAME_BYTES <= bytes.length;) {
    const length = view.getUint32(at);
    const end = at + FRAME_BYTES + length;
    if (end > bytes.length) return TRUNCATED;
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (READ.has(type)) {
      const checked = bytes.subarray(at + 4, end - 4);
      if (crc32(checked) !== view.getUint32(end - 4)) {
        return damaged(`the checksum of its part ${type} is wrong`);
      }
      chunks.push({ type, data: checked.subarray(4) });
    }
    if (type === "IEND") return chunks;
    at = end;
  }
  return TRUNCATED;
}

/** Returns how the pixels are written; null if the header allows none. */
function pixelsOf({ type, data }: Chunk, chunks: readonly Chunk[]): Pixels | null {
  if (type !== "IHDR" || data.length !== HEADER_BYTES) return null;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const [depth = 0, colourType = -1, compression, filter, interlace = -1] = data.subarray(8);
  if (DEPTHS[colourType]?.includes(depth) !== true) return null;
  if (compression !== 0 || filter !== 0 || interlace < 0 || interlace > 1) return null;
  return {
    width: view.getUint32(0),
    height: view.getUint32(4),
    depth,
    colourType,
    isInterlaced: interlace === 1,
    transparency: chunks.find((chunk) => chunk.type === "tRNS")?.data ?? null,
  };
}

/** Inflates the pixels, up to the size that the header says and no further, and looks at them. */
function pixelsFault(deflated: Uint8Array, size: number, pixels: Pixels): string | null {
  const inflated = inflate(deflated, size);
  if (typeof inflated === "string") return inflated;
  if (inflated.length < size) return TRUNCATED;
  if (!hasKnownFilters(inflated, pixels)) return damaged("its pixels are not those of a PNG");
  return isVisible(inflated, pixels) ? null : EMPTY;
}

function inflate(deflated: Uint8Array, size: number): Uint8Array | string {
  try {
    return inflateSync(deflated, { maxOutputLength: size, chunkSize: Math.max(size + 1, 64) });
  } catch (error) {
    // workerd gives its errors no codes; their kinds and words are Node's.
    if (error instanceof RangeError) return damaged("it has more pixels than its header says");
    const isCut = error instanceof Error && error.message === CUT_SHORT;
    return isCut ? TRUNCATED : damaged("its pixels can't be inflated");
  }
}
