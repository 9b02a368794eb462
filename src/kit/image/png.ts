// Reads a PNG far enough to know whether it is whole and shows anything (PNG specification, third edition). Of chunks that are
// not needed for that, such as compressed profiles and texts, nothing is inflated, whatever they hold.
import { crc32, inflateSync } from "node:zlib";
import { ANIMATED, EMPTY, TRUNCATED, damaged } from "./faults.ts";
import { hasKnownFilters, inflatedSize, isVisible, type Pixels } from "./png-pixels.ts";

/**
 * Largest pixels that are inflated, bytes: 1,448 by 1,448 of four bytes, which takes 10 ms, and 150 where it is made to last.
 * Larger pictures are looked into by builders alone, which have the time; so are those of more pixels than these bytes, and of
 * more rows than any icon has, since each pixel and each row takes time of its own.
 */
export const MAX_INFLATED_BYTES = 8 * 1024 * 1024;
const MAX_ROWS = 65_536;
/** Most chunks: twelve times those of 5 MiB in the 8 KiB that encoders write. Each takes a microsecond and 400 bytes. */
const MAX_CHUNKS = 8192;
const SIGNATURE_BYTES = 8;
/** Length, type and checksum of a chunk, bytes. */
const FRAME_BYTES = 12;
const HEADER_BYTES = 13;
/** What zlib says of compressed bytes that end too early. */
const CUT_SHORT = "unexpected end of file";
/** Chunks that are read, and whose checksum therefore counts. */
const READ = new Set(["IHDR", "PLTE", "tRNS", "IDAT", "IEND"]);
/** Four letters name a chunk. A capital begins those without which there is no picture, and that decoders therefore must know. */
const NAME = /^[A-Za-z]{4}$/;
const NEEDED = /^[A-Z]/;
/** The chunk that says that the picture moves. */
const ANIMATION = "acTL";
/** Bytes of a colour in a palette, which has 256 at most. */
const COLOUR_BYTES = 3;
const MAX_COLOURS = 256;
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
  /** Nothing of those that are not read. */
  data: Uint8Array;
}

/** Returns what is wrong with a PNG, whose signature and size are known; null for one that may be drawn. */
export function pngFault(bytes: Uint8Array): string | null {
  const chunks = chunksOf(bytes);
  if (typeof chunks === "string") return chunks;
  const from = chunks.findIndex(({ type }) => type === "IDAT");
  // What stands behind the pixels says nothing about them.
  const before = from === -1 ? chunks : chunks.slice(0, from);
  const [first] = before;
  const pixels = first && pixelsOf(first, before);
  if (!pixels) return damaged("its header is not that of a PNG");
  const fault = paletteFault(before, pixels) ?? orderFault(chunks);
  if (fault !== null) return fault;
  if (before.some(({ type }) => type === ANIMATION)) return ANIMATED;
  const parts = chunks.filter(({ type }) => type === "IDAT").map(({ data }) => data);
  if (parts.length === 0) return damaged("its pixels are missing");
  const size = inflatedSize(pixels);
  const most = Math.max(size, pixels.width * pixels.height);
  if (most > MAX_INFLATED_BYTES || pixels.height > MAX_ROWS) return null;
  return pixelsFault(Buffer.concat(parts), size, pixels);
}

function paletteFault(before: readonly Chunk[], { colourType }: Pixels): string | null {
  if (colourType !== 3) return null;
  const palette = before.find(({ type }) => type === "PLTE");
  if (palette === undefined) return damaged("its palette is missing");
  const colours = palette.data.length / COLOUR_BYTES;
  const isWhole = Number.isInteger(colours) && colours > 0 && colours <= MAX_COLOURS;
  return isWhole ? null : damaged(`its palette has not 1 to ${MAX_COLOURS} colours`);
}

/** Header and palette are there once, and the parts of the pixels follow one another (section 5.6). */
function orderFault(chunks: readonly Chunk[]): string | null {
  const types = chunks.map(({ type }) => type);
  const span = (type: string) => types.lastIndexOf(type) - types.indexOf(type);
  const pixels = types.filter((type) => type === "IDAT");
  const areTogether = pixels.length === 0 || span("IDAT") === pixels.length - 1;
  const isInOrder = span("IHDR") === 0 && span("PLTE") === 0 && areTogether;
  return isInOrder ? null : damaged("its parts do not follow one another");
}

/** Returns the chunks up to the one that ends the picture; or what is wrong. */
function chunksOf(bytes: Uint8Array): Chunk[] | string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks: Chunk[] = [];
  for (let at = SIGNATURE_BYTES; at + FRAME_BYTES <= bytes.length;) {
    const length = view.getUint32(at);
    const end = at + FRAME_BYTES + length;
    if (end > bytes.length) return TRUNCATED;
    if (chunks.length === MAX_CHUNKS) return `must not have more than ${MAX_CHUNKS} parts`;
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const isRead = READ.has(type);
    if (!NAME.test(type) || (NEEDED.test(type) && !isRead)) {
      return damaged("it has a part that no PNG has");
    }
    const checked = bytes.subarray(at + 4, end - 4);
    if (isRead && crc32(checked) !== view.getUint32(end - 4)) {
      return damaged(`the checksum of its part ${type} is wrong`);
    }
    chunks.push({ type, data: isRead ? checked.subarray(4) : new Uint8Array() });
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
