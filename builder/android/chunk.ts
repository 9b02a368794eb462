// Chunks, the building block of binary XML and resources.arsc: a header of type, header size and whole
// size, then the body (AOSP frameworks/base, libs/androidfw/include/androidfw/ResourceTypes.h).
import { ByteWriter } from "./bytes.ts";

/** Chunk types. */
export const CHUNK = {
  stringPool: 0x0001,
  table: 0x0002,
  xml: 0x0003,
  startNamespace: 0x0100,
  endNamespace: 0x0101,
  startElement: 0x0102,
  endElement: 0x0103,
  text: 0x0104,
  resourceMap: 0x0180,
  package: 0x0200,
  type: 0x0201,
  typeSpec: 0x0202,
} as const;

/** Type, header size, size. */
const CHUNK_HEADER_BYTES = 8;

/**
 * One chunk. `header` writes what follows the eight bytes that all chunks share; `body` the rest. The
 * sizes are filled in here; the whole is padded to four bytes.
 */
export function chunk(
  type: number,
  header: (out: ByteWriter) => void,
  body: (out: ByteWriter) => void,
): Uint8Array {
  const headerOut = new ByteWriter();
  header(headerOut);
  const bodyOut = new ByteWriter();
  body(bodyOut);
  bodyOut.align(4);
  const headerSize = CHUNK_HEADER_BYTES + headerOut.length;
  return new ByteWriter()
    .u16(type)
    .u16(headerSize)
    .u32(headerSize + bodyOut.length)
    .bytes(headerOut.finish())
    .bytes(bodyOut.finish())
    .finish();
}
