// String pools, which contain every string of a chunk once, by index (ResourceTypes.h, ResStringPool).
import { ByteWriter } from "./bytes.ts";
import { CHUNK, chunk } from "./chunk.ts";

/** Strings are stored as UTF-8 instead of UTF-16. */
const UTF8_FLAG = 0x100;

const POOL_HEADER_BYTES = 28;

/** Lengths are one unit up to these, else two with the top bit of the first set. */
const MAX_SHORT_LENGTH_UTF8 = 0x7f;
const MAX_SHORT_LENGTH_UTF16 = 0x7fff;
const MAX_LENGTH_UTF8 = 0x7fff;

/** Collects strings without repetition, in order of first occurrence. */
export class StringPool {
  readonly #indexes = new Map<string, number>();
  readonly #strings: string[] = [];

  /** Returns the index of `value`, and adds it to the pool if it is new. */
  index(value: string): number {
    const known = this.#indexes.get(value);
    if (known !== undefined) return known;
    const index = this.append(value);
    this.#indexes.set(value, index);
    return index;
  }

  /** Adds the string even if the pool has it, since attribute names must not share an index with other strings. */
  append(value: string): number {
    return this.#strings.push(value) - 1;
  }

  /** Encodes the chunk. Like with Android's own linker, manifests and type names are UTF-16, tables UTF-8. */
  encode(encoding: "utf-8" | "utf-16"): Uint8Array {
    const data = new ByteWriter();
    const offsets = this.#strings.map((value) => {
      const offset = data.length;
      if (encoding === "utf-8") writeUtf8(data, value);
      else writeUtf16(data, value);
      return offset;
    });
    return chunk(
      CHUNK.stringPool,
      (out) =>
        out
          .u32(offsets.length)
          .u32(0) // styles
          .u32(encoding === "utf-8" ? UTF8_FLAG : 0)
          .u32(POOL_HEADER_BYTES + 4 * offsets.length)
          .u32(0), // start of the styles
      (out) => {
        for (const offset of offsets) out.u32(offset);
        out.bytes(data.finish());
      },
    );
  }
}

function writeUtf16(out: ByteWriter, value: string): void {
  if (value.length > MAX_SHORT_LENGTH_UTF16) out.u16(0x8000 | (value.length >> 16));
  out.u16(value.length & 0xffff);
  for (let at = 0; at < value.length; at += 1) out.u16(value.charCodeAt(at));
  out.u16(0);
}

function writeUtf8(out: ByteWriter, value: string): void {
  const bytes = modifiedUtf8(value);
  if (bytes.length > MAX_LENGTH_UTF8) throw new RangeError("a resource string is over 32767 bytes");
  for (const length of [value.length, bytes.length]) {
    if (length > MAX_SHORT_LENGTH_UTF8) out.u8(0x80 | (length >> 8));
    out.u8(length & 0xff);
  }
  out.bytes(bytes).u8(0);
}

/**
 * Encodes the UTF-8 of Java class files: characters beyond the BMP as two surrogates of three bytes each, and NUL as
 * two bytes. Old releases of Android pass the strings of a pool to Java unchanged.
 */
function modifiedUtf8(value: string): Uint8Array {
  const out = new ByteWriter();
  for (let at = 0; at < value.length; at += 1) {
    const unit = value.charCodeAt(at);
    if (unit > 0 && unit < 0x80) out.u8(unit);
    else if (unit < 0x800) out.u8(0xc0 | (unit >> 6)).u8(0x80 | (unit & 0x3f));
    else {
      out
        .u8(0xe0 | (unit >> 12))
        .u8(0x80 | ((unit >> 6) & 0x3f))
        .u8(0x80 | (unit & 0x3f));
    }
  }
  return out.finish();
}
