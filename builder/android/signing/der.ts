// Writes ASN.1 in DER (ITU-T X.690 clause 10), and takes the two fields out of a certificate by which a signature names it.
import { PackagingError } from "../errors.ts";

const SEQUENCE = 0x30;
const INTEGER = 0x02;
const EXPLICIT_0 = 0xa0;

/** An element of the given tag around its contents. */
export function der(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(contents);
  return Buffer.concat([Uint8Array.of(tag, ...lengthOctets(content.length)), content]);
}

export const sequence = (...parts: readonly Uint8Array[]): Uint8Array => der(SEQUENCE, ...parts);
export const setOf = (...parts: readonly Uint8Array[]): Uint8Array => der(0x31, ...parts);
export const octetString = (bytes: Uint8Array): Uint8Array => der(0x04, bytes);
/** An INTEGER from 0 to 127. */
export const smallInteger = (value: number): Uint8Array => der(INTEGER, Uint8Array.of(value));
/** [0], around whole elements when EXPLICIT and around their contents when IMPLICIT. */
export const context0 = (...parts: readonly Uint8Array[]): Uint8Array => der(EXPLICIT_0, ...parts);
/** An OBJECT IDENTIFIER from its contents in hex. */
export const oid = (hex: string): Uint8Array => der(0x06, Buffer.from(hex, "hex"));
export const NULL: Uint8Array = der(0x05);

/**
 * Returns IssuerAndSerialNumber (RFC 5652 section 10.2.4) of an X.509 certificate, which has been read without a fault
 * before. Throws PackagingError if it has none.
 */
export function issuerAndSerial(certificate: Uint8Array): Uint8Array {
  const [toBeSigned = certificate] = elements(inside(certificate));
  const fields = elements(inside(toBeSigned));
  // the version is left out of version 1
  const [serial, , issuer] = fields[0]?.[0] === EXPLICIT_0 ? fields.slice(1) : fields;
  if (serial === undefined || issuer === undefined) {
    throw new PackagingError("invalid_key", "the certificate names no issuer");
  }
  return sequence(issuer, serial);
}

function lengthOctets(length: number): number[] {
  if (length < 0x80) return [length];
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest >>>= 8) octets.unshift(rest & 0xff);
  return [0x80 | octets.length, ...octets];
}

/** Where the contents of the element at `at` begin and end. */
function bounds(bytes: Uint8Array, at: number): { start: number; end: number } {
  const first = bytes[at + 1] ?? 0;
  const octets = first < 0x80 ? 0 : first & 0x7f;
  const start = at + 2 + octets;
  const length = bytes.subarray(at + 2, start).reduce((sum, octet) => sum * 256 + octet, 0);
  return { start, end: start + (octets === 0 ? first : length) };
}

function inside(element: Uint8Array): Uint8Array {
  const { start, end } = bounds(element, 0);
  return element.subarray(start, end);
}

function elements(contents: Uint8Array): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let at = 0; at < contents.length;) {
    const { end } = bounds(contents, at);
    found.push(contents.subarray(at, end));
    at = end;
  }
  return found;
}
