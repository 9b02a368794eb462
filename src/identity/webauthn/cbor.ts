// Reads CBOR (RFC 8949) as authenticators write it (CTAP2's canonical form): whole numbers, byte and text strings, arrays, maps
// and the simple values, each of a definite length.

/** How deep values nest: an attestation has three levels. */
const MAX_DEPTH = 6;

export type Cbor = number | string | boolean | null | Uint8Array | Cbor[] | Map<Cbor, Cbor>;

/** Reads the value at the beginning of `bytes`. Returns it, and where the rest begins. Throws RangeError for anything else. */
export function readCbor(bytes: Uint8Array): { value: Cbor; end: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;

  const take = (length: number): Uint8Array => {
    if (length > bytes.length - at) throw new RangeError("CBOR ends too soon");
    at += length;
    return bytes.subarray(at - length, at);
  };

  /** The number in the head of a value: a length, a count or the value itself. */
  const argument = (info: number): number => {
    if (info < 24) return info;
    const width = [1, 2, 4, 8][info - 24];
    if (width === undefined) throw new RangeError("CBOR of no definite length");
    const start = at;
    take(width);
    if (width === 1) return view.getUint8(start);
    if (width === 2) return view.getUint16(start);
    if (width === 4) return view.getUint32(start);
    const wide = Number(view.getBigUint64(start));
    if (!Number.isSafeInteger(wide)) throw new RangeError("a CBOR number that is too large");
    return wide;
  };

  const pairs = (count: number, depth: number): Map<Cbor, Cbor> => {
    const map = new Map<Cbor, Cbor>();
    for (let done = 0; done < count; done += 1) {
      const key = read(depth + 1);
      if (map.has(key)) throw new RangeError("a CBOR key twice");
      map.set(key, read(depth + 1));
    }
    return map;
  };

  const list = (count: number, depth: number): Cbor[] => {
    const values: Cbor[] = [];
    for (let done = 0; done < count; done += 1) values.push(read(depth + 1));
    return values;
  };

  const read = (depth: number): Cbor => {
    if (depth > MAX_DEPTH) throw new RangeError("CBOR nests too deep");
    const [head = 0] = take(1);
    const number = argument(head & 0x1f);
    switch (head >> 5) {
      case 0:
        return number;
      case 1:
        return -1 - number;
      case 2:
        return take(number);
      case 3:
        return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(take(number));
      case 4:
        return list(number, depth);
      case 5:
        return pairs(number, depth);
      case 7:
        if (number === 20 || number === 21) return number === 21;
        if (number === 22) return null;
        throw new RangeError("a CBOR value of an unknown kind");
      default:
        throw new RangeError("a CBOR value of an unknown kind");
    }
  };

  const value = read(0);
  return { value, end: at };
}
