// Writes ASN.1 in DER (ITU-T X.690 clause 10): each function returns one encoded element.

const encoder = new TextEncoder();

/** An element with the given identifier octet around `contents`, joined. */
export function element(identifier: number, ...contents: Uint8Array[]): Uint8Array {
  const length = contents.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([Uint8Array.of(identifier, ...lengthOctets(length)), ...contents]);
}

export const sequence = (...parts: Uint8Array[]): Uint8Array => element(0x30, ...parts);

/** A SET OF, whose elements DER sorts by their encodings (X.690 clause 11.6). */
export const setOf = (...parts: Uint8Array[]): Uint8Array =>
  element(0x31, ...parts.toSorted(Buffer.compare));

/** [n] EXPLICIT. */
export const explicit = (n: number, part: Uint8Array): Uint8Array => element(0xa0 | n, part);

export const NULL: Uint8Array = element(0x05);

export const octetString = (bytes: Uint8Array): Uint8Array => element(0x04, bytes);

/** A BIT STRING of whole octets. */
export const bitString = (bytes: Uint8Array): Uint8Array => element(0x03, Uint8Array.of(0), bytes);

export const utf8String = (text: string): Uint8Array => element(0x0c, encoder.encode(text));

/** A BMPString: UTF-16, big endian. */
export const bmpString = (text: string): Uint8Array => element(0x1e, utf16(text));

/** `text` in UTF-16, big endian, without a byte-order mark. */
export const utf16 = (text: string): Uint8Array => Buffer.from(text, "utf16le").swap16();

/** An INTEGER of non-negative value, from its big-endian octets. */
export function unsignedInteger(octets: Uint8Array): Uint8Array {
  const significant = octets.findIndex((octet) => octet !== 0);
  const trimmed = significant < 0 ? Uint8Array.of(0) : octets.subarray(significant);
  // A leading octet of 0x80 or more would read as a negative number.
  return (trimmed[0] ?? 0) > 0x7f
    ? element(0x02, Uint8Array.of(0), trimmed)
    : element(0x02, trimmed);
}

/** An INTEGER from 0 to 2^32 - 1. */
export const integer = (value: number): Uint8Array =>
  unsignedInteger(Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value));

/** An OBJECT IDENTIFIER from its dotted form. */
export function oid(dotted: string): Uint8Array {
  const [root = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  return element(0x06, Uint8Array.from([root * 40 + second, ...rest].flatMap(base128)));
}

/** A time in a certificate (RFC 5280 section 4.1.2.5): UTCTime to 2049, GeneralizedTime after. */
export function time(ms: number): Uint8Array {
  const digits = new Date(ms).toISOString().replaceAll(/[-:T]|\.\d+/g, "");
  return new Date(ms).getUTCFullYear() < 2050
    ? element(0x17, encoder.encode(digits.slice(2)))
    : element(0x18, encoder.encode(digits));
}

function lengthOctets(length: number): number[] {
  if (length < 0x80) return [length];
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return [0x80 | octets.length, ...octets];
}

function base128(arc: number): number[] {
  const digits = [arc % 128];
  for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128))
    digits.unshift(0x80 | (rest % 128));
  return digits;
}
