// Decodes resources.arsc (AOSP ResourceTypes.h, ResTable) into the simple values and styles of each resource id in each
// configuration.
import { ByteReader, must } from "./byte-reader.ts";
import { VALUE_TYPE, innerChunks, readValue, wholeChunk } from "./chunks.ts";
import type { Chunk, TypedValue } from "./chunks.ts";
import { readStrings } from "./string-pool.ts";

export interface DecodedValue {
  readonly density: number;
  readonly sdk: number;
  /** Whether it is for the dark mode alone. */
  readonly night: boolean;
  /** null for a style. */
  readonly value: TypedValue | null;
  /** null for a simple value. */
  readonly style: DecodedStyle | null;
}

export interface DecodedStyle {
  /** The id of the parent style. */
  readonly parent: number;
  /** Values by the ids of their attributes. */
  readonly items: ReadonlyMap<number, TypedValue>;
}

/** Values by resource id. */
export type DecodedTable = ReadonlyMap<number, readonly DecodedValue[]>;

const TABLE = 0x0002;
const STRING_POOL = 0x0001;
const PACKAGE = 0x0200;
const TYPE = 0x0201;
const NO_ENTRY = 0xffffffff;
const COMPLEX_FLAG = 0x0001;
/** The types of the four notations of colours, #aarrggbb to #rgb, all of which store the same 32 bits. */
const COLOR_TYPES = [0x1c, 0x1d, 0x1e, 0x1f];

/** Offsets in a type chunk. */
const TYPE_CONFIG = 20;
const CONFIG_DENSITY = 14;
const CONFIG_SDK = 24;
const CONFIG_UI_MODE = 29;
/** The bits of the mode that tell day from night, and those of night (ResTable_config, UI_MODE_NIGHT). */
const NIGHT_MASK = 0x30;
const NIGHT_YES = 0x20;

/** Throws MalformedApp for a table that can't be read. */
export function decodeResourceTable(bytes: Uint8Array): DecodedTable {
  const [pool, appPackage, ...others] = innerChunks(wholeChunk(bytes, TABLE));
  must(pool?.type === STRING_POOL, "the table has no strings");
  must(appPackage?.type === PACKAGE && others.length === 0, "the table has not one package");
  const strings = readStrings(pool);
  const packageId = new ByteReader(appPackage.bytes, 8).u32();
  const table = new Map<number, DecodedValue[]>();
  for (const chunk of innerChunks(appPackage)) {
    if (chunk.type === TYPE) readType(chunk, packageId, strings, table);
  }
  return table;
}

function readType(
  chunk: Chunk,
  packageId: number,
  strings: readonly string[],
  table: Map<number, DecodedValue[]>,
): void {
  const header = new ByteReader(chunk.bytes, 8);
  const typeId = header.u8();
  header.skip(3);
  const count = header.u32();
  const entriesStart = header.u32();
  const density = new ByteReader(chunk.bytes, TYPE_CONFIG + CONFIG_DENSITY).u16();
  const sdk = new ByteReader(chunk.bytes, TYPE_CONFIG + CONFIG_SDK).u16();
  const mode = new ByteReader(chunk.bytes, TYPE_CONFIG + CONFIG_UI_MODE).u8();
  const night = (mode & NIGHT_MASK) === NIGHT_YES;
  const offsets = new ByteReader(chunk.bytes, chunk.headerSize);
  let end = entriesStart;
  for (let entry = 0; entry < count; entry += 1) {
    const offset = offsets.u32();
    if (offset === NO_ENTRY) continue;
    // else a small table could hold a long style a million times
    must(entriesStart + offset >= end, "entries overlap");
    const reader = new ByteReader(chunk.bytes, entriesStart + offset).skip(2);
    const complex = (reader.u16() & COMPLEX_FLAG) !== 0;
    reader.skip(4); // key
    const style = complex ? readStyle(reader, strings) : null;
    const value = complex ? null : readValue(reader, strings);
    const id = packageId * 0x1000000 + typeId * 0x10000 + entry;
    end = reader.offset;
    const values = table.get(id) ?? [];
    values.push({ density, sdk, night, value, style });
    table.set(id, values);
  }
}

/** Throws unless the attributes are sorted by id, since Android merges styles in that order. */
function readStyle(reader: ByteReader, strings: readonly string[]): DecodedStyle {
  const parent = reader.u32();
  const count = reader.u32();
  const items = new Map<number, TypedValue>();
  let last = 0;
  for (let at = 0; at < count; at += 1) {
    const attribute = reader.u32();
    must(attribute > last, "a style is not in the order of its attributes' ids");
    last = attribute;
    items.set(attribute, readValue(reader, strings));
  }
  return { parent, items };
}

/** Returns all values of the resource that a reference names. Throws MalformedApp if there is none. */
export function resource(
  table: DecodedTable,
  reference: TypedValue | undefined,
): readonly DecodedValue[] {
  must(reference?.type === VALUE_TYPE.reference, "an attribute is not a reference");
  const values = table.get(reference.data);
  must(values !== undefined, `a reference to 0x${reference.data.toString(16)} leads nowhere`);
  return values;
}

/** Whether a value is a colour. */
export function isColor({ value }: DecodedValue): boolean {
  return value !== null && COLOR_TYPES.includes(value.type);
}
