// Reads JKS files, Sun's own format and the default of keytool up to JDK 8. No standard describes it, but OpenJDK's
// classes sun.security.provider.JavaKeyStore and KeyProtector do:
//
//   magic, version (1 or 2), number of entries; each an u32, big endian
//   entry: u32 tag (1 private key, 2 trusted certificate), alias, u64 time, then
//     1: u32 length, EncryptedPrivateKeyInfo; u32 number of certificates, certificates
//     2: certificate
//   certificate: type (version 2 only), u32 length, bytes. Texts: u16 length, modified UTF-8.
//   SHA-1 of (password in UTF-16, the words "Mighty Aphrodite", all bytes before)
import { createHash, timingSafeEqual } from "node:crypto";
import { SEQUENCE, children, decode, objectIdentifier, octets } from "./asn1-read.ts";
import { utf16 } from "./asn1-write.ts";
import { MAX_CHAIN, MAX_ENTRIES, MAX_KEY_BYTES, Refused } from "./keystore.ts";
import type { PrivateKeyEntry } from "./keystore.ts";
import { SUN_JKS_KEY_PROTECTOR } from "./oids.ts";

const MAGIC = 0xfeedfeed;
const PRIVATE_KEY = 1;
const TRUSTED_CERTIFICATE = 2;
const SHA1_BYTES = 20;

const sha1 = (...parts: Uint8Array[]): Uint8Array =>
  createHash("sha1").update(Buffer.concat(parts)).digest();

/** Whether `file` begins like a JKS file. */
export function isJks(file: Uint8Array): boolean {
  return file.length >= 4 && new DataView(file.buffer, file.byteOffset).getUint32(0) === MAGIC;
}

/** Returns the private keys in `file`. Refused if it is malformed or its digest does not match `password`. */
export function readJks(file: Uint8Array, password: string): PrivateKeyEntry[] {
  if (file.length < SHA1_BYTES) throw malformed();
  const body = file.subarray(0, -SHA1_BYTES);
  const entries = readEntries(body);
  const digest = sha1(utf16(password), Buffer.from("Mighty Aphrodite"), body);
  if (!timingSafeEqual(digest, file.subarray(-SHA1_BYTES)))
    throw new Refused({ code: "wrong_password" });
  return entries;
}

function readEntries(body: Uint8Array): PrivateKeyEntry[] {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  let offset = 4;
  const need = (bytes: number): number => {
    const start = offset;
    if (start + bytes > body.length) throw malformed();
    offset += bytes;
    return start;
  };
  const u32 = (): number => view.getUint32(need(4));
  const take = (length: number): Uint8Array => body.subarray(need(length), offset);
  const text = (): string => modifiedUtf8(take(view.getUint16(need(2))));
  const certificate = (): Uint8Array => {
    if (version === 2) text();
    return take(u32());
  };

  const version = u32();
  const count = u32();
  if (version !== 1 && version !== 2) throw malformed();
  if (count > MAX_ENTRIES) throw new Refused({ code: "too_many_entries" });
  const entries: PrivateKeyEntry[] = [];
  for (let index = 0; index < count; index++) {
    const tag = u32();
    const alias = text();
    need(8);
    if (tag === TRUSTED_CERTIFICATE) {
      certificate();
      continue;
    }
    if (tag !== PRIVATE_KEY) throw malformed();
    const encrypted = take(u32());
    const chainLength = u32();
    if (chainLength > MAX_CHAIN) throw malformed();
    const chain = Array.from({ length: chainLength }, certificate);
    entries.push({
      alias,
      decrypt: (password) => unprotect(encrypted, password),
      leaves: chain.slice(0, 1),
      issuers: chain.slice(1),
    });
  }
  if (offset !== body.length) throw malformed();
  return entries;
}

/**
 * Removes Sun's key protection: 20 bytes of salt, the key XORed with a chain of SHA-1 over password and salt, and a
 * SHA-1 over password and key, which proves the password.
 */
function unprotect(encrypted: Uint8Array, keyPassword: string): Uint8Array | null {
  const [algorithm, data] = children(decode(encrypted), SEQUENCE);
  const name = algorithm && objectIdentifier(children(algorithm, SEQUENCE)[0]);
  if (name !== SUN_JKS_KEY_PROTECTOR) throw new Refused({ code: "unsupported_encryption" });
  const bytes = octets(data);
  if (bytes.length < 2 * SHA1_BYTES) throw malformed();
  if (bytes.length > MAX_KEY_BYTES) throw new Refused({ code: "unsupported_key" });
  const password = utf16(keyPassword);
  const key = Uint8Array.from(bytes.subarray(SHA1_BYTES, -SHA1_BYTES));
  let mask = bytes.subarray(0, SHA1_BYTES);
  for (let index = 0; index < key.length; index++) {
    if (index % SHA1_BYTES === 0) mask = sha1(password, mask);
    key[index] = (key[index] ?? 0) ^ (mask[index % SHA1_BYTES] ?? 0);
  }
  return timingSafeEqual(sha1(password, key), bytes.subarray(-SHA1_BYTES)) ? key : null;
}

/** Decodes the text of Java's DataInput.readUTF: UTF-8, but with surrogates and U+0000 encoded one by one. */
function modifiedUtf8(bytes: Uint8Array): string {
  let text = "";
  for (let index = 0; index < bytes.length;) {
    const lead = bytes[index++] ?? 0;
    const tail = lead < 0x80 ? 0 : lead >> 5 === 0b110 ? 1 : lead >> 4 === 0b1110 ? 2 : undefined;
    if (tail === undefined) throw malformed();
    let unit = tail === 0 ? lead : lead & (0x3f >> tail);
    for (let left = tail; left > 0; left--) unit = (unit << 6) | ((bytes[index++] ?? 0) & 0x3f);
    text += String.fromCharCode(unit);
  }
  return text;
}

const malformed = (): Refused => new Refused({ code: "not_a_keystore" });
