// Typed values as binary XML and resources.arsc hold them (ResourceTypes.h, Res_value).
import type { ByteWriter } from "./bytes.ts";
import type { Value } from "./model.ts";
import type { ResolveReference } from "./resource-ids.ts";
import type { StringPool } from "./string-pool.ts";

const VALUE_BYTES = 8;

const TYPE = {
  reference: 0x01,
  string: 0x03,
  decimal: 0x10,
  hexadecimal: 0x11,
  boolean: 0x12,
  rgb: 0x1d,
} as const;

/** Appends the eight bytes of a value. */
export function writeValue(
  out: ByteWriter,
  value: Value,
  pool: StringPool,
  resolve: ResolveReference,
): void {
  const [type, data] = typedData(value, pool, resolve);
  out.u16(VALUE_BYTES).u8(0).u8(type).u32(data);
}

function typedData(value: Value, pool: StringPool, resolve: ResolveReference): [number, number] {
  switch (value.kind) {
    case "string":
      return [TYPE.string, pool.index(value.value)];
    case "integer":
      return [TYPE.decimal, value.value];
    case "flags":
      return [TYPE.hexadecimal, value.value];
    case "boolean":
      return [TYPE.boolean, value.value ? 0xffffffff : 0];
    case "color":
      return [TYPE.rgb, 0xff000000 + value.rgb];
    case "reference":
      return [TYPE.reference, resolve(value.to)];
  }
}
