// Reads enough of a PNG (PNG specification, 5 and 11.2) to know that it is complete.
import { crc32 } from "node:zlib";
import { ByteReader, must, sameBytes } from "./byte-reader.ts";

const SIGNATURE = Buffer.from("89504e470d0a1a0a", "hex");
/** The header: width, height, and five bytes about the encoding of pixels. */
const HEADER_BYTES = 13;

/** Returns the side of a square picture, px. Throws MalformedApp unless every chunk is complete. */
export function pngSide(bytes: Uint8Array, name: string): number {
  const reader = new ByteReader(bytes);
  must(sameBytes(reader.bytes(SIGNATURE.length), SIGNATURE), `${name} is not a PNG`);
  const chunks: { type: string; data: Uint8Array }[] = [];
  while (reader.left > 0) {
    const length = bigEndian(reader.bytes(4));
    const covered = reader.bytes(4 + length);
    must(bigEndian(reader.bytes(4)) === crc32(covered), `${name} is damaged`);
    const type = Buffer.from(covered.subarray(0, 4)).toString("latin1");
    chunks.push({ type, data: covered.subarray(4) });
  }
  const header = chunks[0];
  const isWhole = chunks.at(-1)?.type === "IEND" && chunks.some(({ type }) => type === "IDAT");
  must(header?.type === "IHDR" && header.data.length === HEADER_BYTES && isWhole, `${name} is cut`);
  const width = bigEndian(header.data);
  must(bigEndian(header.data.subarray(4)) === width, `${name} is not square`);
  return width;
}

function bigEndian(bytes: Uint8Array): number {
  return Buffer.from(bytes).readUInt32BE();
}
