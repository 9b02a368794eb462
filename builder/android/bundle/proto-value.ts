// Typed values as protobuf holds them (AOSP frameworks/base, tools/aapt2/Resources.proto, Item).
import type { Value } from "../model.ts";
import type { ResolveReference } from "../resource-ids.ts";
import { bool, message, text, uint } from "./protobuf.ts";

/** Fields of Item. */
const ITEM = { reference: 1, string: 2, primitive: 7 } as const;
/** Fields of Primitive. */
const PRIMITIVE = { decimal: 6, hexadecimal: 7, boolean: 8, rgb: 10 } as const;

/** Returns the fields of the Item of a value. */
export function encodeItem(value: Value, resolve: ResolveReference): Uint8Array {
  switch (value.kind) {
    case "string":
      return message(ITEM.string, text(1, value.value));
    case "reference":
      return message(ITEM.reference, encodeReference(resolve(value.to)));
    case "integer":
      return message(ITEM.primitive, uint(PRIMITIVE.decimal, value.value));
    case "flags":
      return message(ITEM.primitive, uint(PRIMITIVE.hexadecimal, value.value));
    case "boolean":
      return message(ITEM.primitive, bool(PRIMITIVE.boolean, value.value));
    case "color":
      return message(ITEM.primitive, uint(PRIMITIVE.rgb, 0xff000000 + value.rgb));
  }
}

/** Returns the fields of the Reference to a resource id. */
export function encodeReference(id: number): Uint8Array {
  return uint(2, id);
}
