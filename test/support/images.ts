// Small pictures of every format that an icon may have, made here: whole as far as the API reads them. PNGs and SVGs can be drawn.
import { crc32, deflateSync } from "node:zlib";

/** More pixels are not written: the API refuses them by the header. */
const MAX_WRITTEN_PIXELS = 2 ** 25;

/** A chunk of a PNG with its checksum (PNG specification, 5.3). */
export function pngChunk(
  type: string,
  data: Uint8Array | readonly number[],
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(data.length + 12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(Buffer.from(type), 4);
  bytes.set(data, 8);
  view.setUint32(data.length + 8, crc32(bytes.subarray(4, data.length + 8)));
  return bytes;
}

/** What a PNG is made of; without more, its pixels are white, one bit each. */
export interface PngParts {
  depth?: number;
  colourType?: number;
  interlace?: number;
  /** Between the header and the pixels. */
  before?: readonly Uint8Array[];
  /** Rows with their filters, not deflated. */
  rows?: Uint8Array;
}

/** A whole PNG (PNG specification, 5 and 11.2). */
export function png(width: number, height: number, parts: PngParts = {}): Uint8Array<ArrayBuffer> {
  const { depth = 1, colourType = 0, interlace = 0, before = [], rows } = parts;
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([depth, colourType, 0, 0, interlace], 8);
  const isWritten = width * height <= MAX_WRITTEN_PIXELS;
  return joined([
    new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    pngChunk("IHDR", header),
    ...before,
    ...(isWritten ? [pngChunk("IDAT", deflateSync(rows ?? whiteRows(width, height)))] : []),
    pngChunk("IEND", []),
  ]);
}

function whiteRows(width: number, height: number): Uint8Array {
  const stride = 1 + Math.ceil(width / 8);
  const rows = new Uint8Array(stride * height).fill(0xff);
  for (let row = 0; row < height; row += 1) rows[row * stride] = 0;
  return rows;
}

export function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** A JPEG's start, an APP0 segment, a frame header, a scan of a few bytes, and the end (ITU-T T.81 B.2). */
export function jpeg(width: number, height: number): Uint8Array<ArrayBuffer> {
  const app0 = [0xff, 0xe0, 0, 16, ...Buffer.from("JFIF\0"), 1, 1, 0, 0, 1, 0, 1, 0, 0];
  const size = [height >> 8, height & 0xff, width >> 8, width & 0xff];
  const frame = [0xc0, 0, 11, 8, ...size, 1, 1, 0x11, 0];
  const scan = [0xda, 0, 8, 1, 1, 0, 0, 63, 0, 0x2a, 0xff, 0, 0x2a, 0xff, 0xd0, 0x2a];
  return new Uint8Array([0xff, 0xd8, ...app0, 0xff, ...frame, 0xff, ...scan, 0xff, 0xd9]);
}

/** A chunk of a WebP. */
export function webpChunk(kind: string, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(8 + data.length + (data.length & 1));
  bytes.set(Buffer.from(kind));
  new DataView(bytes.buffer).setUint32(4, data.length, true);
  bytes.set(data, 8);
  return bytes;
}

/** A WebP of one of the three kinds (RFC 9649 sections 2.5 to 2.7), or of other chunks. */
export function webp(
  kind: "VP8 " | "VP8L" | "VP8X",
  width: number,
  height: number,
  { flags = 0, chunks }: { flags?: number; chunks?: readonly Uint8Array[] } = {},
): Uint8Array<ArrayBuffer> {
  const data = new Uint8Array(kind === "VP8L" ? 12 : 20);
  const view = new DataView(data.buffer);
  const whole: Uint8Array[] = [];
  if (kind === "VP8L") {
    data[0] = 0x2f;
    view.setUint32(1, (width - 1) | ((height - 1) << 14), true);
    whole.push(webpChunk("VP8L", data));
  } else {
    if (kind === "VP8X") {
      const canvas = new Uint8Array(10);
      const size = new DataView(canvas.buffer);
      canvas[0] = flags;
      size.setUint32(4, width - 1, true);
      size.setUint16(7, (height - 1) & 0xffff, true);
      canvas[9] = (height - 1) >> 16;
      whole.push(webpChunk("VP8X", canvas));
    }
    data.set([0x10, 0, 0, 0x9d, 0x01, 0x2a]);
    view.setUint16(6, width, true);
    view.setUint16(8, height, true);
    whole.push(webpChunk("VP8 ", data));
  }
  const content = joined([Buffer.from("WEBP"), ...(chunks ?? whole)]);
  return webpChunk("RIFF", content);
}

/** An SVG of a circle, or of other content. */
export function svg(
  prolog = "",
  content = '<circle cx="4" cy="4" r="3"/>',
): Uint8Array<ArrayBuffer> {
  const text = `${prolog}<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8">${content}</svg>`;
  return new Uint8Array(Buffer.from(text));
}
