// Splits binary XML and resources.arsc into chunks (AOSP ResourceTypes.h, ResChunk_header).
import { ByteReader, must } from "./byte-reader.ts";

export interface Chunk {
  readonly type: number;
  readonly headerSize: number;
  /** The whole chunk. */
  readonly bytes: Uint8Array;
}

/** Reads the one chunk that `bytes` must be. */
export function wholeChunk(bytes: Uint8Array, type: number): Chunk {
  const [chunk, ...others] = chunksIn(bytes, 0);
  must(chunk !== undefined && others.length === 0, "has more than one chunk");
  must(chunk.type === type, "is of the wrong kind");
  return chunk;
}

/** The chunks inside another one. */
export function innerChunks(chunk: Chunk): Chunk[] {
  return chunksIn(chunk.bytes, chunk.headerSize);
}

function chunksIn(bytes: Uint8Array, start: number): Chunk[] {
  const chunks: Chunk[] = [];
  let offset = start;
  while (offset < bytes.length) {
    const reader = new ByteReader(bytes, offset);
    const type = reader.u16();
    const headerSize = reader.u16();
    const size = reader.u32();
    must(headerSize >= 8 && headerSize <= size && size % 4 === 0, "a chunk has a wrong size");
    chunks.push({ type, headerSize, bytes: new ByteReader(bytes, offset).bytes(size) });
    offset += size;
  }
  return chunks;
}

/** A typed value (Res_value); strings are looked up. */
export interface TypedValue {
  readonly type: number;
  readonly data: number;
  readonly text: string | null;
}

export const VALUE_TYPE = { reference: 0x01, string: 0x03, boolean: 0x12 } as const;

/** Reads the eight bytes of a value. */
export function readValue(reader: ByteReader, strings: readonly string[]): TypedValue {
  must(reader.u16() === 8, "a value has a wrong size");
  reader.skip(1);
  const type = reader.u8();
  const data = reader.u32();
  if (type !== VALUE_TYPE.string) return { type, data, text: null };
  const text = strings[data];
  must(text !== undefined, "a value names a string that is not there");
  return { type, data, text };
}
