// Reads protobuf messages (protobuf.dev, "Encoding") of untrusted bytes. Stricter than protobuf itself: a field that the
// verifier does not know, or a second value of a field that has one, could change what others read.
import { ByteReader, must } from "./byte-reader.ts";

const WIRE_VARINT = 0;
const WIRE_BYTES = 2;
/** Longest varint of 32 bits or of a negative number, bytes. */
const MAX_VARINT_BYTES = 10;

export class ProtoMessage {
  readonly #fields = new Map<number, (number | Uint8Array)[]>();

  /** @param known the numbers of the fields that may be there */
  constructor(bytes: Uint8Array, known: readonly number[]) {
    const reader = new ByteReader(bytes);
    while (reader.left > 0) {
      const tag = varint(reader);
      const field = Math.floor(tag / 8);
      must(known.includes(field), "a message has a field that is not expected");
      const wire = tag % 8;
      must(wire === WIRE_VARINT || wire === WIRE_BYTES, "a message has a field of a wrong type");
      const value = wire === WIRE_VARINT ? varint(reader) : reader.bytes(varint(reader));
      const values = this.#fields.get(field);
      if (values === undefined) this.#fields.set(field, [value]);
      else values.push(value);
    }
  }

  has(field: number): boolean {
    return this.#fields.has(field);
  }

  /** A number; 0 if it is left out. */
  number(field: number): number {
    const value = this.#one(field) ?? 0;
    must(typeof value === "number", "a field is not a number");
    return value;
  }

  /** A string in UTF-8; empty if it is left out. */
  text(field: number): string {
    const value = this.#one(field) ?? new Uint8Array();
    must(typeof value !== "number", "a field is not a string");
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(value);
    } catch {
      must(false, "a string is not UTF-8");
    }
  }

  /** The messages of a repeated field. */
  messages(field: number, known: readonly number[]): ProtoMessage[] {
    return (this.#fields.get(field) ?? []).map((value) => {
      must(typeof value !== "number", "a field is not a message");
      return new ProtoMessage(value, known);
    });
  }

  /** A message; an empty one if it is left out. */
  message(field: number, known: readonly number[]): ProtoMessage {
    const [first = new ProtoMessage(new Uint8Array(), []), ...others] = this.messages(field, known);
    must(others.length === 0, "a message has a field twice");
    return first;
  }

  #one(field: number): number | Uint8Array | undefined {
    const [first, ...others] = this.#fields.get(field) ?? [];
    must(others.length === 0, "a message has a field twice");
    return first;
  }
}

/** Seven bits a byte, the lowest first. Only numbers of 32 bits are used, negative ones not. */
function varint(reader: ByteReader): number {
  let value = 0;
  for (let at = 0; at < MAX_VARINT_BYTES; at += 1) {
    const byte = reader.u8();
    value += (byte & 0x7f) * 2 ** (7 * at);
    if (byte < 0x80) {
      must(value <= 0xffffffff, "a number is out of range");
      return value;
    }
  }
  must(false, "a number is out of range");
}
