// Reads ASN.1 in BER and therefore also in DER (ITU-T X.690 clause 8): keytool and OpenSSL write DER, other programs
// write PKCS #12 with indefinite lengths and strings in pieces. Callers read one level at a time, since they know the
// expected structure; only indefinite lengths and strings in pieces need recursion, up to MAX_DEPTH. Malformed bytes
// are Refused as not_a_keystore.
import { Refused } from "./keystore.ts";

/** Identifier octets without the constructed bit. */
export const BOOLEAN = 0x01;
export const INTEGER = 0x02;
export const BIT_STRING = 0x03;
export const OCTET_STRING = 0x04;
export const OBJECT_IDENTIFIER = 0x06;
export const BMP_STRING = 0x1e;
export const SEQUENCE = 0x10;
export const SET = 0x11;
/** Context-specific tag [n]. */
export const context = (n: number): number => 0x80 | n;

const CONSTRUCTED = 0x20;
/** Deepest recursion; a PKCS #12 file needs about five levels. */
const MAX_DEPTH = 16;
/** Longest salt, bytes, several times what any tool writes: PKCS #12 hashes it, and computes with it, for each block. */
const MAX_SALT_BYTES = 1024;

export type Element = {
  tag: number;
  constructed: boolean;
  content: Uint8Array;
  encoded: Uint8Array;
};

const malformed = (): Refused => new Refused({ code: "not_a_keystore" });

/** Reads the only element in `bytes`; further bytes are malformed. */
export function decode(bytes: Uint8Array): Element {
  const element = readAt(bytes, 0, 0);
  if (element.encoded.length !== bytes.length) throw malformed();
  return element;
}

/** Reads the elements inside a constructed element, which must have `tag` if one is given. */
export function children(element: Element, tag = element.tag): Element[] {
  if (element.tag !== tag || !element.constructed) throw malformed();
  return readAll(element.content, 0);
}

/** Reads the only element inside an explicit tag. */
export function inner(element: Element, tag: number): Element {
  const [only, ...rest] = children(element, tag);
  if (only === undefined || rest.length > 0) throw malformed();
  return only;
}

/** Reads the bytes of an OCTET STRING, or of one with another `tag`, and joins its pieces. */
export function octets(element: Element | undefined, tag = OCTET_STRING): Uint8Array {
  if (element?.tag !== tag) throw malformed();
  return joined(element, 0);
}

/** Reads the salt of a derivation, an OCTET STRING of at most MAX_SALT_BYTES. Refused as unsupported_encryption. */
export function saltOf(element: Element | undefined): Uint8Array {
  const salt = octets(element);
  if (salt.length > MAX_SALT_BYTES) throw new Refused({ code: "unsupported_encryption" });
  return salt;
}

/** Reads a non-negative INTEGER below 2^31. */
export function smallInteger(element: Element | undefined): number {
  const content = element?.content;
  if (element?.tag !== INTEGER || content === undefined) throw malformed();
  if (content.length < 1 || content.length > 4 || (content[0] ?? 0) > 0x7f) throw malformed();
  return content.reduce((value, byte) => value * 256 + byte, 0);
}

/** Reads an OBJECT IDENTIFIER, into dotted form (X.690 clause 8.19). */
export function objectIdentifier(element: Element | undefined): string {
  if (element?.tag !== OBJECT_IDENTIFIER) throw malformed();
  const arcs: number[] = [];
  let arc = 0;
  for (const byte of element.content) {
    arc = arc * 128 + (byte & 0x7f);
    if (arc > Number.MAX_SAFE_INTEGER / 128) throw malformed();
    if (byte & 0x80) continue;
    if (arcs.length === 0) {
      const root = Math.min(2, Math.floor(arc / 40));
      arcs.push(root, arc - root * 40);
    } else arcs.push(arc);
    arc = 0;
  }
  return arcs.join(".");
}

function readAll(bytes: Uint8Array, depth: number): Element[] {
  const elements: Element[] = [];
  for (let offset = 0; offset < bytes.length;) {
    const element = readAt(bytes, offset, depth);
    elements.push(element);
    offset += element.encoded.length;
  }
  return elements;
}

function readAt(bytes: Uint8Array, start: number, depth: number): Element {
  const identifier = bytes[start];
  const first = bytes[start + 1];
  if (identifier === undefined || first === undefined || depth > MAX_DEPTH) throw malformed();
  // Tag numbers above 30 take more octets; no keystore structure has one.
  if ((identifier & 0x1f) === 0x1f) throw malformed();
  const constructed = (identifier & CONSTRUCTED) !== 0;
  const tag = identifier & ~CONSTRUCTED;
  let offset = start + 2;
  let length = first;
  if (first === 0x80) {
    if (!constructed) throw malformed();
    const end = endOfContents(bytes, offset, depth + 1);
    return {
      tag,
      constructed,
      content: bytes.subarray(offset, end),
      encoded: bytes.subarray(start, end + 2),
    };
  }
  if (first > 0x80) {
    const lengthOctets = first & 0x7f;
    if (lengthOctets > 4) throw malformed();
    length = 0;
    for (const end = offset + lengthOctets; offset < end; offset++)
      length = length * 256 + (bytes[offset] ?? 0);
  }
  const end = offset + length;
  if (end > bytes.length) throw malformed();
  return {
    tag,
    constructed,
    content: bytes.subarray(offset, end),
    encoded: bytes.subarray(start, end),
  };
}

/** Returns the position of the two zero octets that end an indefinite length. */
function endOfContents(bytes: Uint8Array, start: number, depth: number): number {
  let offset = start;
  while (bytes[offset] !== 0 || bytes[offset + 1] !== 0)
    offset += readAt(bytes, offset, depth).encoded.length;
  return offset;
}

function joined(element: Element, depth: number): Uint8Array {
  if (!element.constructed) return element.content;
  if (depth > MAX_DEPTH) throw malformed();
  const pieces = readAll(element.content, 0).map((piece) => {
    if (piece.tag !== OCTET_STRING) throw malformed();
    return joined(piece, depth + 1);
  });
  return Buffer.concat(pieces);
}
