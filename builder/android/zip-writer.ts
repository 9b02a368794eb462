// Writes zip archives for APKs and bundles (PKWARE APPNOTE 6.3.10): deterministic, with aligned stored entries, and without
// directory entries, data descriptors, comments and zip64, since both are far below 4 GiB.
import { crc32, deflateRawSync } from "node:zlib";
import { ByteWriter, concat } from "./bytes.ts";

export interface ZipEntry {
  /** Path inside the archive, "/" between folders. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Whether to store the entry uncompressed, since Android maps it into memory or it is already compressed. */
  readonly stored: boolean;
}

/** The two parts of an archive between which the APK signing block goes. */
export interface ZipParts {
  /** Local headers and data. */
  readonly entries: Uint8Array;
  readonly centralDirectory: Uint8Array;
  readonly entryCount: number;
}

/** Stored entries begin at a multiple of this, bytes, which Android requires of mapped files. */
const ALIGNMENT = 4;

/** The extra field that Android's tools fill up for alignment: id, size, alignment, zeros. */
const ALIGNMENT_EXTRA_ID = 0xd935;
const ALIGNMENT_EXTRA_MIN_BYTES = 6;

const LOCAL_HEADER_BYTES = 30;
const LOCAL_SIGNATURE = 0x04034b50;
const CENTRAL_SIGNATURE = 0x02014b50;
const END_SIGNATURE = 0x06054b50;

const VERSION_NEEDED = 20;
const METHOD_STORED = 0;
const METHOD_DEFLATED = 8;
/** The flag for names in UTF-8, which ASCII names do not need. */
const UTF8_FLAG = 0x0800;
/** 1980-01-01 00:00, the beginning of DOS time: archives must not depend on when they were made. */
const DOS_TIME = 0;
const DOS_DATE = 0x0021;

const DEFLATE_LEVEL = 9;

/** Writes the entries in the given order. Throws for a repeated name. */
export function zipParts(entries: readonly ZipEntry[]): ZipParts {
  const names = new Set<string>();
  const local = new ByteWriter();
  const central = new ByteWriter();
  for (const entry of entries) {
    if (names.has(entry.name)) throw new Error(`two entries are named ${entry.name}`);
    names.add(entry.name);
    writeEntry(local, central, entry);
  }
  return {
    entries: local.finish(),
    centralDirectory: central.finish(),
    entryCount: entries.length,
  };
}

/** The end of central directory record; offset and size are of the central directory, bytes. */
export function endOfCentralDirectory(
  offset: number,
  size: number,
  entryCount: number,
): Uint8Array {
  return new ByteWriter()
    .u32(END_SIGNATURE)
    .u16(0) // this disk
    .u16(0) // disk of the central directory
    .u16(entryCount)
    .u16(entryCount)
    .u32(size)
    .u32(offset)
    .u16(0) // comment
    .finish();
}

/** A whole archive without a signing block. */
export function zip(entries: readonly ZipEntry[]): Uint8Array<ArrayBuffer> {
  const parts = zipParts(entries);
  const end = endOfCentralDirectory(
    parts.entries.length,
    parts.centralDirectory.length,
    parts.entryCount,
  );
  return concat([parts.entries, parts.centralDirectory, end]);
}

function writeEntry(local: ByteWriter, central: ByteWriter, entry: ZipEntry): void {
  const name = new TextEncoder().encode(entry.name);
  const compressed = entry.stored
    ? entry.bytes
    : deflateRawSync(entry.bytes, { level: DEFLATE_LEVEL });
  const deflated = compressed.length < entry.bytes.length;
  const data = deflated ? compressed : entry.bytes;
  const offset = local.length;
  const extra = deflated
    ? new Uint8Array()
    : alignmentExtra(offset + LOCAL_HEADER_BYTES + name.length);
  // The fields that both headers have in common.
  const common = new ByteWriter()
    .u16(VERSION_NEEDED)
    .u16(name.length === entry.name.length ? 0 : UTF8_FLAG)
    .u16(deflated ? METHOD_DEFLATED : METHOD_STORED)
    .u16(DOS_TIME)
    .u16(DOS_DATE)
    .u32(crc32(entry.bytes))
    .u32(data.length)
    .u32(entry.bytes.length)
    .u16(name.length)
    .finish();
  local.u32(LOCAL_SIGNATURE).bytes(common).u16(extra.length);
  local.bytes(name).bytes(extra).bytes(data);
  central.u32(CENTRAL_SIGNATURE).u16(VERSION_NEEDED).bytes(common);
  central.u16(0).u16(0).u16(0); // extra field, comment, disk
  central.u16(0).u32(0).u32(offset); // internal and external attributes
  central.bytes(name);
}

/** An extra field after which data that would begin at `unaligned` begins at a multiple of ALIGNMENT. */
function alignmentExtra(unaligned: number): Uint8Array {
  if (unaligned % ALIGNMENT === 0) return new Uint8Array();
  const end = unaligned + ALIGNMENT_EXTRA_MIN_BYTES;
  const padding = (ALIGNMENT - (end % ALIGNMENT)) % ALIGNMENT;
  return new ByteWriter()
    .u16(ALIGNMENT_EXTRA_ID)
    .u16(ALIGNMENT_EXTRA_MIN_BYTES - 4 + padding)
    .u16(ALIGNMENT)
    .zeros(padding)
    .finish();
}
