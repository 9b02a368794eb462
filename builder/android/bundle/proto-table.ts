// resources.pb: the resource table of a bundle's module (Resources.proto, ResourceTable).
import { attributeId } from "../framework.ts";
import type { AppModel, Configuration, ConfiguredValue, ResourceEntry, Style } from "../model.ts";
import { APP_PACKAGE_ID } from "../resource-ids.ts";
import type { ResolveReference } from "../resource-ids.ts";
import { encodeItem, encodeReference } from "./proto-value.ts";
import { message, text, uint } from "./protobuf.ts";

/** Fields of ResourceTable, Package, Type, Entry, ConfigValue and Value, from the outside in. */
const TABLE = { package: 2 } as const;
const PACKAGE = { id: 1, name: 2, type: 3 } as const;
const TYPE = { id: 1, name: 2, entry: 3 } as const;
const ENTRY = { id: 1, name: 2, value: 6 } as const;
const CONFIGURED = { configuration: 1, value: 2 } as const;
const VALUE = { item: 4, compound: 5 } as const;
/** Field of PackageId, TypeId and EntryId. */
const ID = 1;
/** Fields of Configuration. */
const CONFIGURATION = { night: 17, density: 18, sdk: 24 } as const;
/** Of UiModeNight. */
const NIGHT = 1;
/** Fields of Item and FileReference, and the types of files: WebP has none of its own. */
const ITEM_FILE = 5;
const FILE = { path: 1, type: 2 } as const;
const FILE_TYPE = { file: 0, "xml-file": 3 } as const;
/** Fields of CompoundValue, Style and its Entry. */
const COMPOUND_STYLE = 2;
const STYLE = { parent: 1, entry: 3 } as const;
const STYLE_ENTRY = { key: 3, item: 4 } as const;

/** The density "any" in a configuration. */
const DENSITY_ANY = 0xfffe;

/** Encodes the table of an app. `resolve` returns the ids of its resources. */
export function encodeProtoTable(model: AppModel, resolve: ResolveReference): Uint8Array {
  const types = model.resources.map((type, index) =>
    message(
      PACKAGE.type,
      message(TYPE.id, uint(ID, index + 1)),
      text(TYPE.name, type.name),
      ...type.entries.map((entry, at) =>
        message(TYPE.entry, message(ENTRY.id, uint(ID, at)), ...entryFields(entry, resolve)),
      ),
    ),
  );
  return message(
    TABLE.package,
    message(PACKAGE.id, uint(ID, APP_PACKAGE_ID)),
    text(PACKAGE.name, model.packageName),
    ...types,
  );
}

function entryFields({ name, values }: ResourceEntry, resolve: ResolveReference): Uint8Array[] {
  return [
    text(ENTRY.name, name),
    ...values.map(({ configuration, value }) =>
      message(
        ENTRY.value,
        message(CONFIGURED.configuration, ...configurationFields(configuration)),
        message(CONFIGURED.value, encodeValue(value, resolve)),
      ),
    ),
  ];
}

function configurationFields({ density, sdk, night }: Configuration): Uint8Array[] {
  return [
    ...(night === undefined ? [] : [uint(CONFIGURATION.night, NIGHT)]),
    ...(density === undefined
      ? []
      : [uint(CONFIGURATION.density, density === "any" ? DENSITY_ANY : density)]),
    ...(sdk === undefined ? [] : [uint(CONFIGURATION.sdk, sdk)]),
  ];
}

function encodeValue(value: ConfiguredValue["value"], resolve: ResolveReference): Uint8Array {
  if (value.kind === "style") {
    return message(VALUE.compound, message(COMPOUND_STYLE, ...styleFields(value, resolve)));
  }
  if (value.kind === "file" || value.kind === "xml-file") {
    const fields = [text(FILE.path, value.path), uint(FILE.type, FILE_TYPE[value.kind])];
    return message(VALUE.item, message(ITEM_FILE, ...fields));
  }
  return message(VALUE.item, encodeItem(value, resolve));
}

function styleFields(style: Style, resolve: ResolveReference): Uint8Array[] {
  return [
    message(STYLE.parent, encodeReference(resolve(style.parent))),
    ...style.items.map(({ attribute, value }) =>
      message(
        STYLE.entry,
        message(STYLE_ENTRY.key, encodeReference(attributeId(attribute))),
        message(STYLE_ENTRY.item, encodeItem(value, resolve)),
      ),
    ),
  ];
}
