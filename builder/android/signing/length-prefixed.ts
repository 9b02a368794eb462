// Length-prefixed data, of which the signature schemes are made.
import { ByteWriter, concat } from "../bytes.ts";

/** Four bytes of length, then the parts. */
export function prefixed(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = concat(parts);
  return new ByteWriter().u32(whole.length).bytes(whole).finish();
}

/** A length-prefixed sequence of length-prefixed elements. */
export function sequence(elements: readonly Uint8Array[]): Uint8Array {
  return prefixed(...elements.map((one) => prefixed(one)));
}

/** The 32-bit number, little-endian. */
export function uint32(value: number): Uint8Array {
  return new ByteWriter().u32(value).finish();
}

/** A digest or signature under the id of its algorithm: id, then the length-prefixed value. */
export function underAlgorithm(id: number, value: Uint8Array): Uint8Array {
  return concat([uint32(id), prefixed(value)]);
}
