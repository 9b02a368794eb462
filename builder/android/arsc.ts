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
/** Length of a package's name in the header with its closing NUL, UTF-16 units. */
const PACKAGE_NAME_UNITS = 128;
const CONFIG_BYTES = 64;
const TYPE_HEADER_BYTES = 20 + CONFIG_BYTES;
const NO_ENTRY = 0xffffffff;

const ENTRY_BYTES = 8;
const COMPLEX_ENTRY_BYTES = 16;
const COMPLEX_FLAG = 0x0001;

/** Flags of a type's specification: the qualities in which the values of an entry differ. */
const VARIES_BY_DENSITY = 0x0100;
const VARIES_BY_SDK = 0x0400;
const VARIES_BY_UI_MODE = 0x1000;

/** The dark mode in a configuration. */
const UI_MODE_NIGHT_YES = 0x20;
/** The density "any" in a configuration. */
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
      // The name is only informative here, so it may be cut.
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

/** Writes, for each entry of a type, the qualities in which its values differ. */
function typeSpec(id: number, type: ResourceType): Uint8Array {
  return chunk(
    CHUNK.typeSpec,
    (out) => out.u8(id).u8(0).u16(0).u32(type.entries.length),
    (out) => {
      for (const { values } of type.entries) {
        const byDensity = values.some(({ configuration }) => configuration.density !== undefined);
        const bySdk = values.some(({ configuration }) => configuration.sdk !== undefined);
        const byNight = values.some(({ configuration }) => configuration.night === true);
        out.u32(
          (byDensity ? VARIES_BY_DENSITY : 0) |
            (bySdk ? VARIES_BY_SDK : 0) |
            (byNight ? VARIES_BY_UI_MODE : 0),
        );
      }
    },
  );
}

/** Writes a chunk for each configuration of the values of a type, in order of first occurrence. */
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
  // The value of a file is its path.
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

function configurationKey({ density, sdk, night }: Configuration): string {
  return `${density ?? ""}/${sdk ?? ""}/${night ?? ""}`;
}

/** Writes ResTable_config, of which only density, API level and dark mode are used. */
function writeConfiguration(out: ByteWriter, { density, sdk, night }: Configuration): void {
  const start = out.length;
  out.u32(CONFIG_BYTES);
  out.zeros(10); // mobile network, locale, orientation, touch screen
  out.u16(density === "any" ? DENSITY_ANY : (density ?? 0));
  out.zeros(8); // input, screen size in pixels
  out.u16(sdk ?? 0).u16(0);
  out.u8(0).u8(night ? UI_MODE_NIGHT_YES : 0); // screen layout; mode of the user interface
  out.zeros(CONFIG_BYTES - (out.length - start));
}
