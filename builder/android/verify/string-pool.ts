// Reads string pools in both encodings (AOSP ResourceTypes.h, ResStringPool).
import { ByteReader, must } from "./byte-reader.ts";
import type { Chunk } from "./chunks.ts";

const UTF8_FLAG = 0x100;

/** The strings of a pool, by index. */
export function readStrings({ bytes, headerSize }: Chunk): string[] {
  const header = new ByteReader(bytes).skip(8);
  const count = header.u32();
  must(header.u32() === 0, "a string pool has styles");
  const utf8 = (header.u32() & UTF8_FLAG) !== 0;
  const start = header.u32();
  const offsets = new ByteReader(bytes, headerSize);
  const strings: string[] = [];
  let end = start;
  for (let at = 0; at < count; at += 1) {
    const reader = new ByteReader(bytes, start + offsets.u32());
    // else a small pool could hold a long string a million times
    must(reader.offset >= end, "strings overlap");
    strings.push(utf8 ? readUtf8(reader) : readUtf16(reader));
    end = reader.offset;
  }
  return strings;
}

function readUtf16(reader: ByteReader): string {
  let length = reader.u16();
  if (length & 0x8000) length = (length & 0x7fff) * 0x10000 + reader.u16();
  const text = new TextDecoder("utf-16le", { ignoreBOM: true }).decode(reader.bytes(length * 2));
  must(reader.u16() === 0, "a string is not terminated");
  return text;
}

function readUtf8(reader: ByteReader): string {
  const length = (): number => {
    const first = reader.u8();
    return first & 0x80 ? (first & 0x7f) * 0x100 + reader.u8() : first;
  };
  const units = length();
  const text = decodeModifiedUtf8(reader.bytes(length()));
  must(text.length === units && reader.u8() === 0, "a string has not the length it says");
  return text;
}

/** UTF-8 in which surrogates are characters of their own, as Java has it. */
function decodeModifiedUtf8(bytes: Uint8Array): string {
  const reader = new ByteReader(bytes);
  const more = (): number => {
    const byte = reader.u8();
    must((byte & 0xc0) === 0x80, "a string is not UTF-8");
    return byte & 0x3f;
  };
  let text = "";
  while (reader.left > 0) {
    const first = reader.u8();
    let unit = first;
    if (first >= 0xe0) {
      must(first < 0xf0, "a string is not modified UTF-8");
      unit = ((first & 0x0f) << 12) | (more() << 6) | more();
    } else if (first >= 0x80) {
      unit = ((first & 0x1f) << 6) | more();
    }
    text += String.fromCharCode(unit);
  }
  return text;
}
