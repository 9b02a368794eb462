// resources.arsc: the compiled resource table (ResourceTypes.h, ResTable).
import { ByteWriter, concat } from "./bytes.ts";
import { writeValue } from "./binary-value.ts";
import { CHUNK, chunk } from "./chunk.ts";
import { attributeId } from "./framework.ts";
import type { AppModel, Configuration, ConfiguredValue, ResourceType, Style } from "./model.ts";
import { APP_PACKAGE_ID, resourceIds } from "./resource-ids.ts";
import type { ResolveReference } from "./resource-ids.ts";
import { StringPool } from "./string-pool.ts";

const PACKAGE_HEADER_BYTES = 288;
/** UTF-16 units of a package's name in the header, the closing NUL included. */
const PACKAGE_NAME_UNITS = 128;
const CONFIG_BYTES = 64;
const TYPE_HEADER_BYTES = 20 + CONFIG_BYTES;
const NO_ENTRY = 0xffffffff;

const ENTRY_BYTES = 8;
const COMPLEX_ENTRY_BYTES = 16;
const COMPLEX_FLAG = 0x0001;

/** In a type's specification: values of the entry differ by these qualities. */
const VARIES_BY_DENSITY = 0x0100;
const VARIES_BY_SDK = 0x0400;

/** How a configuration writes density "any". */
const DENSITY_ANY = 0xfffe;

/** Encodes the table of an app. */
export function encodeResourceTable(model: AppModel): Uint8Array {
  const resolve = resourceIds(model.resources);
  const values = new StringPool();
  const appPackage = encodePackage(model, values, resolve);
  return chunk(
    CHUNK.table,
    (out) => out.u32(1), // packages
    (out) => out.bytes(values.encode("utf-8")).bytes(appPackage),
  );
}

function encodePackage(model: AppModel, values: StringPool, resolve: ResolveReference): Uint8Array {
  const typeNames = new StringPool();
  const keys = new StringPool();
  const types = model.resources.flatMap((type) => {
    const id = typeNames.append(type.name) + 1;
    return [typeSpec(id, type), ...typeChunks(id, type, keys, values, resolve)];
  });
  const typeNamePool = typeNames.encode("utf-16");
  return chunk(
    CHUNK.package,
    (out) => {
      out.u32(APP_PACKAGE_ID);
      // the name only informs here: what does not fit is cut
      const name = model.packageName.slice(0, PACKAGE_NAME_UNITS - 1);
      for (let at = 0; at < PACKAGE_NAME_UNITS; at += 1) {
        out.u16(at < name.length ? name.charCodeAt(at) : 0);
      }
      out.u32(PACKAGE_HEADER_BYTES).u32(0); // type names; last public type
      out.u32(PACKAGE_HEADER_BYTES + typeNamePool.length).u32(0); // keys; last public key
      out.u32(0); // offset of the type ids
    },
    (out) => out.bytes(concat([typeNamePool, keys.encode("utf-8"), ...types])),
  );
}

/** Says for each entry of a type by what its values vary. */
function typeSpec(id: number, type: ResourceType): Uint8Array {
  return chunk(
    CHUNK.typeSpec,
    (out) => out.u8(id).u8(0).u16(0).u32(type.entries.length),
    (out) => {
      for (const { values } of type.entries) {
        const byDensity = values.some(({ configuration }) => configuration.density !== undefined);
        const bySdk = values.some(({ configuration }) => configuration.sdk !== undefined);
        out.u32((byDensity ? VARIES_BY_DENSITY : 0) | (bySdk ? VARIES_BY_SDK : 0));
      }
    },
  );
}

/** One chunk for each configuration that a value of the type is for, in the order they first come. */
function typeChunks(
  id: number,
  type: ResourceType,
  keys: StringPool,
  values: StringPool,
  resolve: ResolveReference,
): Uint8Array[] {
  const configurations = new Map<string, Configuration>();
  for (const { configuration } of type.entries.flatMap((entry) => entry.values)) {
    configurations.set(configurationKey(configuration), configuration);
  }
  return [...configurations].map(([key, configuration]) => {
    const data = new ByteWriter();
    const offsets = type.entries.map((entry) => {
      const match = entry.values.find((one) => configurationKey(one.configuration) === key);
      if (match === undefined) return NO_ENTRY;
      const offset = data.length;
      writeEntry(data, keys.index(entry.name), match.value, values, resolve);
      return offset;
    });
    return chunk(
      CHUNK.type,
      (out) => {
        out.u8(id).u8(0).u16(0).u32(offsets.length);
        out.u32(TYPE_HEADER_BYTES + 4 * offsets.length);
        writeConfiguration(out, configuration);
      },
      (out) => {
        for (const offset of offsets) out.u32(offset);
        out.bytes(data.finish());
      },
    );
  });
}

function writeEntry(
  out: ByteWriter,
  key: number,
  value: ConfiguredValue["value"],
  values: StringPool,
  resolve: ResolveReference,
): void {
  if (value.kind === "style") {
    writeStyle(out, key, value, values, resolve);
    return;
  }
  out.u16(ENTRY_BYTES).u16(0).u32(key);
  // a file is known by its path
  const isFile = value.kind === "file" || value.kind === "xml-file";
  writeValue(out, isFile ? { kind: "string", value: value.path } : value, values, resolve);
}

function writeStyle(
  out: ByteWriter,
  key: number,
  style: Style,
  values: StringPool,
  resolve: ResolveReference,
): void {
  out.u16(COMPLEX_ENTRY_BYTES).u16(COMPLEX_FLAG).u32(key);
  out.u32(resolve(style.parent)).u32(style.items.length);
  const items = style.items.map((item) => ({ id: attributeId(item.attribute), value: item.value }));
  for (const { id, value } of items.toSorted((a, b) => a.id - b.id)) {
    out.u32(id);
    writeValue(out, value, values, resolve);
  }
}

function configurationKey({ density, sdk }: Configuration): string {
  return `${density ?? ""}/${sdk ?? ""}`;
}

/** ResTable_config: of its qualities only density and API level are ever set. */
function writeConfiguration(out: ByteWriter, { density, sdk }: Configuration): void {
  const start = out.length;
  out.u32(CONFIG_BYTES);
  out.zeros(10); // mobile network, locale, orientation, touch screen
  out.u16(density === "any" ? DENSITY_ANY : (density ?? 0));
  out.zeros(8); // input, screen size in pixels
  out.u16(sdk ?? 0);
  out.zeros(CONFIG_BYTES - (out.length - start));
}
