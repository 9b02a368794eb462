// Reads typed values of protobuf (AOSP frameworks/base, tools/aapt2/Resources.proto, Item) as what they become in an APK.
import { must } from "./byte-reader.ts";
import { VALUE_TYPE } from "./chunks.ts";
import type { TypedValue } from "./chunks.ts";
import type { ProtoMessage } from "./proto-message.ts";

/** Fields of Item: reference, string, file, primitive. */
export const ITEM = [1, 2, 5, 7];
const [REFERENCE, STRING, FILE, PRIMITIVE] = [1, 2, 5, 7];
/** Fields of Reference: its type, an id, a name. Only ids are written. */
const REFERENCE_ID = 2;
/** The types of values (ResourceTypes.h, Res_value) by the field of Primitive that holds them. */
const PRIMITIVES: ReadonlyMap<number, number> = new Map([
  [6, 0x10], // decimal
  [7, 0x11], // hexadecimal
  [8, VALUE_TYPE.boolean],
  [9, 0x1c], // #aarrggbb
  [10, 0x1d], // #rrggbb
]);

/** A file that a table names. */
export interface FileReference {
  readonly path: string;
  /** FileReference.Type. */
  readonly type: number;
}

/** Returns the value of an Item; a file's is its path, as in an APK. Calls `onFile` if it is one. */
export function readItem(item: ProtoMessage, onFile: (file: FileReference) => void): TypedValue {
  const [field, ...others] = ITEM.filter((one) => item.has(one));
  must(field !== undefined && others.length === 0, "an item has not one value");
  if (field === REFERENCE) {
    return { type: VALUE_TYPE.reference, data: readReference(item, REFERENCE), text: null };
  }
  if (field === STRING) return text(item.message(STRING, [1]).text(1));
  if (field === FILE) {
    const file = item.message(FILE, [1, 2]);
    onFile({ path: file.text(1), type: file.number(2) });
    return text(file.text(1));
  }
  const primitive = item.message(PRIMITIVE, [...PRIMITIVES.keys()]);
  const [kind, ...more] = [...PRIMITIVES.keys()].filter((one) => primitive.has(one));
  must(kind !== undefined && more.length === 0, "a primitive has not one value");
  return { type: PRIMITIVES.get(kind) ?? 0, data: primitive.number(kind), text: null };
}

/** Returns the id in the Reference at `field` of a message. */
export function readReference(message: ProtoMessage, field: number): number {
  const id = message.message(field, [REFERENCE_ID]).number(REFERENCE_ID);
  must(id !== 0, "a reference has no id");
  return id;
}

function text(value: string): TypedValue {
  return { type: VALUE_TYPE.string, data: 0, text: value };
}
