// Decodes resources.pb (Resources.proto, ResourceTable) into the same values by resource id as resources.arsc.
import { must } from "./byte-reader.ts";
import type { TypedValue } from "./chunks.ts";
import { ProtoMessage } from "./proto-message.ts";
import { ITEM, readItem, readReference } from "./proto-value.ts";
import type { FileReference } from "./proto-value.ts";
import type { DecodedTable, DecodedValue } from "./resource-table.ts";

const TABLE_PACKAGE = 2;
const PACKAGE = { id: 1, name: 2, type: 3 } as const;
const TYPE = { id: 1, name: 2, entry: 3 } as const;
const ENTRY = { id: 1, name: 2, value: 6 } as const;
const CONFIGURED = { configuration: 1, value: 2 } as const;
const CONFIGURATION = { night: 17, density: 18, sdk: 24 } as const;
/** Of UiModeNight. */
const NIGHT = 1;
const VALUE = { item: 4, compound: 5 } as const;
const COMPOUND_STYLE = 2;
const STYLE = { parent: 1, entry: 3 } as const;
const STYLE_ENTRY = { key: 3, item: 4 } as const;
/** The field of PackageId, TypeId and EntryId. */
const ID = 1;
/** The package id of an app's own resources. */
const APP_PACKAGE = 0x7f;

export interface ProtoTable {
  readonly packageName: string;
  readonly values: DecodedTable;
  /** Every file that a resource is, as often as one is. */
  readonly files: readonly FileReference[];
}

/** Throws MalformedApp for a table that can't be read or has an id twice. */
export function decodeProtoTable(bytes: Uint8Array): ProtoTable {
  const message = new ProtoMessage(bytes, [TABLE_PACKAGE]);
  const appPackage = message.message(TABLE_PACKAGE, Object.values(PACKAGE));
  must(readId(appPackage) === APP_PACKAGE, "the table's package has another id than 0x7f");
  const values = new Map<number, DecodedValue[]>();
  const files: FileReference[] = [];
  const onFile = (file: FileReference) => void files.push(file);
  for (const type of appPackage.messages(PACKAGE.type, Object.values(TYPE))) {
    const typeId = readId(type);
    must(typeId > 0 && typeId <= 0xff, "a type has no id");
    for (const entry of type.messages(TYPE.entry, Object.values(ENTRY))) {
      const entryId = readId(entry);
      must(entryId <= 0xffff, "an entry's id is out of range");
      const id = APP_PACKAGE * 0x1000000 + typeId * 0x10000 + entryId;
      must(!values.has(id), `the resource id 0x${id.toString(16)} is there twice`);
      values.set(id, readEntry(entry, onFile));
    }
  }
  return { packageName: appPackage.text(PACKAGE.name), values, files };
}

function readId(message: ProtoMessage): number {
  return message.message(ID, [ID]).number(ID);
}

function readEntry(entry: ProtoMessage, onFile: (file: FileReference) => void): DecodedValue[] {
  return entry.messages(ENTRY.value, Object.values(CONFIGURED)).map((configured) => {
    const configuration = configured.message(
      CONFIGURED.configuration,
      Object.values(CONFIGURATION),
    );
    const value = configured.message(CONFIGURED.value, Object.values(VALUE));
    must(value.has(VALUE.item) !== value.has(VALUE.compound), "a resource has not one value");
    const isStyle = value.has(VALUE.compound);
    return {
      density: configuration.number(CONFIGURATION.density),
      sdk: configuration.number(CONFIGURATION.sdk),
      night: configuration.number(CONFIGURATION.night) === NIGHT,
      value: isStyle ? null : readItem(value.message(VALUE.item, ITEM), onFile),
      style: isStyle ? readStyle(value.message(VALUE.compound, [COMPOUND_STYLE])) : null,
    };
  });
}

function readStyle(compound: ProtoMessage): NonNullable<DecodedValue["style"]> {
  const style = compound.message(COMPOUND_STYLE, Object.values(STYLE));
  const items = new Map<number, TypedValue>();
  for (const entry of style.messages(STYLE.entry, Object.values(STYLE_ENTRY))) {
    const attribute = readReference(entry, STYLE_ENTRY.key);
    must(!items.has(attribute), "a style has an attribute twice");
    const item = entry.message(STYLE_ENTRY.item, ITEM);
    items.set(
      attribute,
      readItem(item, () => must(false, "a style has a file")),
    );
  }
  return { parent: readReference(style, STYLE.parent), items };
}
