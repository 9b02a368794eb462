// Bounds-checked little-endian reading of untrusted bytes. The verifier shares no code with the writers.

/** Thrown by the readers: these bytes are not a well-formed APK or bundle. */
export class MalformedApp extends Error {
  override readonly name = "MalformedApp";
}

/** Throws MalformedApp with `message` unless `condition` holds. */
export function must(condition: unknown, message: string): asserts condition {
  if (!condition) throw new MalformedApp(message);
}

export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #offset: number;

  constructor(bytes: Uint8Array, offset = 0) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#offset = offset;
  }

  get offset(): number {
    return this.#offset;
  }

  get left(): number {
    return this.#bytes.length - this.#offset;
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  u64(): number {
    const value = this.#view.getBigUint64(this.#take(8), true);
    must(value <= BigInt(Number.MAX_SAFE_INTEGER), "a 64-bit length is out of range");
    return Number(value);
  }

  bytes(count: number): Uint8Array {
    const start = this.#take(count);
    return this.#bytes.subarray(start, start + count);
  }

  skip(count: number): this {
    this.#take(count);
    return this;
  }

  /** Four bytes of length, then that many bytes. */
  prefixed(): Uint8Array {
    return this.bytes(this.u32());
  }

  /** A length-prefixed list of length-prefixed elements. */
  sequence(): Uint8Array[] {
    const inner = new ByteReader(this.prefixed());
    const elements: Uint8Array[] = [];
    while (inner.left > 0) elements.push(inner.prefixed());
    return elements;
  }

  /** Nothing may follow. */
  end(what: string): void {
    must(this.left === 0, `${what} has bytes that belong to nothing`);
  }

  #take(count: number): number {
    const start = this.#offset;
    must(count >= 0 && start >= 0 && start + count <= this.#bytes.length, "data ends too early");
    this.#offset += count;
    return start;
  }
}

/** The two are the same bytes. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
