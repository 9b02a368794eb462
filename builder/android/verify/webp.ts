// Reads enough of a WebP (RFC 9649, 2) to know that it is complete and how large. It has no checksum of its own: the zip's
// CRC-32 and the digests of the signature are what tells that its bytes are those that were encoded.
import { ByteReader, must, sameBytes } from "./byte-reader.ts";

const RIFF = Buffer.from("RIFF");
const WEBP = Buffer.from("WEBP");
/** What begins a key frame of VP8 (RFC 6386, 9.1), behind three bytes, and an image of VP8L. */
const VP8_START = Buffer.from([0x9d, 0x01, 0x2a]);
const VP8L_START = 0x2f;
/** Sides have 14 bits in both. */
const SIDE = 0x3fff;

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Returns the side of a square picture, px. Throws MalformedApp unless every chunk is complete. */
export function webpSide(bytes: Uint8Array, name: string): number {
  const isWhole = bytes.length >= 12 && sameBytes(bytes.subarray(0, 4), RIFF);
  must(isWhole && sameBytes(bytes.subarray(8, 12), WEBP), `${name} is not a WebP`);
  const reader = new ByteReader(bytes).skip(4);
  must(reader.u32() === bytes.length - 8, `${name} is cut`);
  reader.skip(4);
  const chunks = new Map<string, Uint8Array>();
  while (reader.left > 0) {
    must(reader.left >= 8, `${name} is cut`);
    const type = Buffer.from(reader.bytes(4)).toString("latin1");
    const length = reader.u32();
    // A byte follows where the length is odd.
    must(reader.left >= length + (length & 1), `${name} is cut`);
    must(!chunks.has(type), `${name} is damaged: it has two chunks ${type}`);
    chunks.set(type, reader.bytes(length));
    reader.skip(length & 1);
  }
  const [picture, ...others] = pictures(chunks, name);
  must(picture !== undefined && others.length === 0, `${name} is damaged: it has not one picture`);
  const canvas = canvasOf(chunks.get("VP8X")) ?? picture;
  const isSame = canvas.width === picture.width && canvas.height === picture.height;
  must(isSame, `${name} is damaged: its picture has another size than its canvas`);
  must(picture.width === picture.height, `${name} is not square`);
  return picture.width;
}

function pictures(chunks: ReadonlyMap<string, Uint8Array>, name: string): Size[] {
  const found: Size[] = [];
  const lossy = chunks.get("VP8 ");
  if (lossy !== undefined) {
    const isStart = lossy.length > 10 && sameBytes(lossy.subarray(3, 6), VP8_START);
    must(isStart, `${name} is damaged: it has no key frame`);
    const view = new ByteReader(lossy, 6);
    found.push({ width: view.u16() & SIDE, height: view.u16() & SIDE });
  }
  const lossless = chunks.get("VP8L");
  if (lossless !== undefined) {
    const isStart = lossless.length > 5 && lossless[0] === VP8L_START;
    must(isStart, `${name} is damaged: it has no lossless picture`);
    const bits = new ByteReader(lossless, 1).u32();
    found.push({ width: (bits & SIDE) + 1, height: ((bits >>> 14) & SIDE) + 1 });
  }
  return found;
}

/** The size in the header of a picture with features such as alpha, less one in three bytes each. */
function canvasOf(header: Uint8Array | undefined): Size | null {
  if (header === undefined) return null;
  const side = (at: number): number =>
    (header[at] ?? 0) + ((header[at + 1] ?? 0) << 8) + ((header[at + 2] ?? 0) << 16) + 1;
  return { width: side(4), height: side(7) };
}
