// Reads a zip archive strictly: every byte before the central directory must belong to an entry or the signing block,
// local and central headers must agree, and entries must be aligned as Android requires.
import { crc32, inflateRawSync } from "node:zlib";
import { ByteReader, must, sameBytes } from "./byte-reader.ts";

export interface ArchiveEntry {
  readonly name: string;
  readonly stored: boolean;
  /** The offset of the data in the archive. */
  readonly dataOffset: number;
  readonly bytes: Uint8Array;
}

export interface Archive {
  readonly entries: ReadonlyMap<string, ArchiveEntry>;
  /** Local headers and data, the signing block, the central directory, its end record. */
  readonly sections: {
    readonly entries: Uint8Array;
    readonly signingBlock: Uint8Array;
    readonly centralDirectory: Uint8Array;
    readonly end: Uint8Array;
  };
}

const END_BYTES = 22;
const END_SIGNATURE = 0x06054b50;
const CENTRAL_SIGNATURE = 0x02014b50;
const LOCAL_SIGNATURE = 0x04034b50;
const ALIGNMENT = 4;
/** Greatest uncompressed size of all entries, bytes, since a small archive must not fill the memory. */
const MAX_UNPACKED_BYTES = 64 * 1024 * 1024;
/** zip 2.0, which knows deflate and nothing newer. */
const VERSION = 20;
/** The extra field of Android's tools that fills up to the alignment: id, size, alignment, zeros. */
const ALIGNMENT_EXTRA = 0xd935;
/** Length of the fields that both headers of an entry share, from version needed to uncompressed size. */
const COMMON_HEADER_BYTES = 22;

const MAGIC = new TextEncoder().encode("APK Sig Block 42");
const SIZE_AND_MAGIC_BYTES = 8 + MAGIC.length;

/** Reads an APK. Throws MalformedApp for every irregularity. */
export function readArchive(apk: Uint8Array): Archive {
  const { centralDirectory, count, end } = readEnd(apk);
  const offset = centralDirectory.byteOffset - apk.byteOffset;
  const blockStart = signingBlockStart(apk, offset);
  return {
    entries: readEntries(apk.subarray(0, blockStart), centralDirectory, count),
    sections: {
      entries: apk.subarray(0, blockStart),
      signingBlock: apk.subarray(blockStart, offset),
      centralDirectory,
      end,
    },
  };
}

/** Reads an archive without a signing block, as a bundle is. Throws MalformedApp for every irregularity. */
export function readEntriesOnly(bundle: Uint8Array): Archive["entries"] {
  const { centralDirectory, count } = readEnd(bundle);
  const offset = centralDirectory.byteOffset - bundle.byteOffset;
  return readEntries(bundle.subarray(0, offset), centralDirectory, count);
}

function readEnd(archive: Uint8Array): {
  centralDirectory: Uint8Array;
  count: number;
  end: Uint8Array;
} {
  must(archive.length >= END_BYTES, "too short for a zip archive");
  const reader = new ByteReader(archive, archive.length - END_BYTES);
  must(reader.u32() === END_SIGNATURE, "does not end with an end of central directory record");
  must(reader.u16() === 0 && reader.u16() === 0, "spans several disks");
  const count = reader.u16();
  must(reader.u16() === count, "the counts of entries differ");
  const size = reader.u32();
  const offset = reader.u32();
  must(reader.u16() === 0, "has a comment");
  const end = archive.length - END_BYTES;
  must(offset + size === end, "the central directory is not where it should be");
  return {
    centralDirectory: archive.subarray(offset, end),
    count,
    end: archive.subarray(end),
  };
}

/** Returns the beginning of the APK signing block that ends at `centralOffset`. */
function signingBlockStart(apk: Uint8Array, centralOffset: number): number {
  const magic = new ByteReader(apk, centralOffset - MAGIC.length).bytes(MAGIC.length);
  must(sameBytes(magic, MAGIC), "has no APK signing block");
  const size = new ByteReader(apk, centralOffset - SIZE_AND_MAGIC_BYTES).u64();
  const start = centralOffset - size - 8;
  must(new ByteReader(apk, start).u64() === size, "the signing block's sizes differ");
  return start;
}

function readEntries(
  local: Uint8Array,
  centralDirectory: Uint8Array,
  count: number,
): ReadonlyMap<string, ArchiveEntry> {
  const entries = new Map<string, ArchiveEntry>();
  const central = new ByteReader(centralDirectory);
  let expectedOffset = 0;
  let budget = MAX_UNPACKED_BYTES;
  for (let at = 0; at < count; at += 1) {
    must(central.u32() === CENTRAL_SIGNATURE, "the central directory is damaged");
    must(central.u16() === VERSION, "an entry was made for another version of zip");
    const common = central.bytes(COMMON_HEADER_BYTES);
    const nameLength = central.u16();
    must(central.u16() === 0, "an entry has an extra field");
    must(central.u16() === 0 && central.u16() === 0, "an entry has a comment or another disk");
    must(central.u16() === 0 && central.u32() === 0, "an entry has attributes");
    const offset = central.u32();
    const rawName = central.bytes(nameLength);
    must(offset === expectedOffset, "entries overlap or leave a gap");

    const header = new ByteReader(local, offset);
    must(header.u32() === LOCAL_SIGNATURE, "a local header is damaged");
    must(sameBytes(header.bytes(COMMON_HEADER_BYTES), common), "local and central headers differ");
    must(header.u16() === nameLength, "local and central headers differ");
    const extraLength = header.u16();
    must(sameBytes(header.bytes(nameLength), rawName), "local and central names differ");
    checkExtra(header.bytes(extraLength));
    const dataOffset = header.offset;
    const { stored, packed, bytes } = unpack(common, header, budget);
    budget -= bytes.length;
    const name = entryName(rawName, entries);
    must(!stored || dataOffset % ALIGNMENT === 0, `${name} is stored and not aligned`);
    entries.set(name, { name, stored, dataOffset, bytes });
    expectedOffset = dataOffset + packed;
  }
  central.end("the central directory");
  must(expectedOffset === local.length, "bytes between the entries and what follows them");
  return entries;
}

/** The only extra field that an entry may have is padding, since nothing signs what a bundle's extra fields hold. */
function checkExtra(extra: Uint8Array): void {
  if (extra.length === 0) return;
  const reader = new ByteReader(extra);
  must(reader.u16() === ALIGNMENT_EXTRA, "an entry has an unknown extra field");
  const padding = new ByteReader(reader.bytes(reader.u16()));
  reader.end("an extra field");
  must(padding.u16() === ALIGNMENT, "an entry has another alignment");
  const isEmpty = padding.bytes(padding.left).every((byte) => byte === 0);
  must(isEmpty, "an entry's padding is not empty");
}

/** Checks that Android accepts the name and no other entry has it. */
function entryName(raw: Uint8Array, others: ReadonlyMap<string, unknown>): string {
  const name = new TextDecoder("utf-8", { ignoreBOM: true }).decode(raw);
  must(!name.endsWith("/"), `${name} is the entry of a directory`);
  must(!name.startsWith("/"), `${name} begins with a slash`);
  const proper = /^[^\\\0]+$/.test(name) && !name.split("/").some((part) => /^\.{0,2}$/.test(part));
  must(proper, "an entry's name is not a proper path");
  must(!others.has(name), `${name} is there twice`);
  return name;
}

/** Reads the data at `data` as the common fields of both headers describe it; at most `budget` bytes. */
function unpack(
  common: Uint8Array,
  data: ByteReader,
  budget: number,
): { stored: boolean; packed: number; bytes: Uint8Array } {
  const header = new ByteReader(common).skip(2); // version needed
  must((header.u16() & ~0x0800) === 0, "an entry is encrypted or has a data descriptor");
  const method = header.u16();
  header.skip(4); // time and date
  const crc = header.u32();
  const packed = header.u32();
  const size = header.u32();
  must(method === 0 || method === 8, "an entry has an unknown compression");
  must(size <= budget, "the entries are too large");
  const raw = data.bytes(packed);
  const bytes = method === 0 ? raw : inflate(raw, size);
  must(bytes.length === size && crc32(bytes) === crc, "an entry's contents are damaged");
  return { stored: method === 0, packed, bytes };
}

function inflate(raw: Uint8Array, size: number): Uint8Array {
  try {
    // One byte more than announced reveals an entry that is longer.
    return inflateRawSync(raw, { maxOutputLength: size + 1 });
  } catch {
    must(false, "an entry's contents are damaged");
  }
}
