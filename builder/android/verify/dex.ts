// Checks classes.dex (source.android.com, "Dalvik executable format"): its header, since Android refuses to install
// an app with a wrong one, and whether it defines the classes that the manifest names.
import { createHash } from "node:crypto";
import { ByteReader, must, sameBytes } from "./byte-reader.ts";

/** The versions that Android 7 reads. There is no 036, and later versions need later releases. */
const VERSIONS = new Set(["dex\n035\0", "dex\n037\0"]);
const HEADER_BYTES = 112;
const ENDIAN_CONSTANT = 0x12345678;
const SIGNATURE_BYTES = 20;
/** The offset from which the checksum applies. */
const CHECKSUM_FROM = 12;
const SIGNATURE_FROM = 32;

/** Offsets in the header: of a count, which is followed by the position of the items. */
const STRING_IDS = 56;
const TYPE_IDS = 64;
const CLASS_DEFS = 96;
const CLASS_DEF_BYTES = 32;

/** Throws MalformedApp unless magic, size, Adler-32 and SHA-1 are right and the classes are defined. */
export function checkDex(dex: Uint8Array, classNames: readonly string[]): void {
  const reader = new ByteReader(dex);
  const magic = Buffer.from(reader.bytes(8)).toString("latin1");
  must(VERSIONS.has(magic), "classes.dex is not a dex file that Android 7 reads");
  const checksum = reader.u32();
  const signature = reader.bytes(SIGNATURE_BYTES);
  must(reader.u32() === dex.length, "classes.dex has not the size it says");
  must(reader.u32() === HEADER_BYTES, "classes.dex has an unknown header");
  must(reader.u32() === ENDIAN_CONSTANT, "classes.dex has an unknown byte order");
  const sha1 = createHash("sha1").update(dex.subarray(SIGNATURE_FROM)).digest();
  must(sameBytes(sha1, signature), "classes.dex has a wrong SHA-1");
  must(adler32(dex.subarray(CHECKSUM_FROM)) === checksum, "classes.dex has a wrong Adler-32");
  for (const name of classNames) must(defines(dex, name), `classes.dex has no ${name}`);
}

/** Whether the class is one of those that are defined. */
function defines(dex: Uint8Array, className: string): boolean {
  const descriptor = Buffer.from(`L${className.replaceAll(".", "/")};\0`);
  const at = (offset: number): number => new ByteReader(dex, offset).u32();
  const [strings, types, definitions] = [at(STRING_IDS + 4), at(TYPE_IDS + 4), at(CLASS_DEFS + 4)];
  const count = at(CLASS_DEFS);
  for (let index = 0; index < count; index += 1) {
    const type = at(definitions + index * CLASS_DEF_BYTES);
    const name = at(types + type * 4);
    if (isString(dex, at(strings + name * 4), descriptor)) return true;
  }
  return false;
}

/** Whether `wanted`, with the zero at its end, is the string at `offset`: its length in as many bytes as that takes, then it. */
function isString(dex: Uint8Array, offset: number, wanted: Uint8Array): boolean {
  const reader = new ByteReader(dex, offset);
  while (reader.u8() >= 0x80);
  return sameBytes(dex.subarray(reader.offset, reader.offset + wanted.length), wanted);
}

/** RFC 1950, section 8.2. */
function adler32(bytes: Uint8Array): number {
  const modulus = 65_521;
  let low = 1;
  let high = 0;
  for (const byte of bytes) {
    low = (low + byte) % modulus;
    high = (high + low) % modulus;
  }
  return high * 0x10000 + low;
}
