// Writes protobuf (protobuf.dev, "Encoding"): each function returns one encoded field, and a message is its fields one
// after the other. Writing only; the verifier has a reader of its own.
import { ByteWriter, concat } from "../bytes.ts";

const WIRE_VARINT = 0;
const WIRE_BYTES = 2;

/** An unsigned number: uint32, enum, or an int32 that is not negative. */
export function uint(field: number, value: number): Uint8Array {
  return concat([varint(field * 8 + WIRE_VARINT), varint(value)]);
}

/** A bool. */
export function bool(field: number, value: boolean): Uint8Array {
  return uint(field, value ? 1 : 0);
}

/** A string, in UTF-8. */
export function text(field: number, value: string): Uint8Array {
  return message(field, new TextEncoder().encode(value));
}

/** A message of the given fields. */
export function message(field: number, ...fields: readonly Uint8Array[]): Uint8Array {
  const contents = concat(fields);
  return concat([varint(field * 8 + WIRE_BYTES), varint(contents.length), contents]);
}

/** Seven bits a byte, the lowest first. */
function varint(value: number): Uint8Array {
  const out = new ByteWriter();
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) out.u8((rest % 0x80) | 0x80);
  return out.u8(rest).finish();
}
