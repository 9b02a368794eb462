// Derives keys from passwords for PKCS #12 files, with bounded work: files state their own number of iterations, and a
// hostile file with 2^31 of them would keep a Worker busy for an hour. What a file asks for is added up before any of it
// is derived. PBKDF2 is the platform's; the older derivation, which no platform offers, hashes by node:crypto, but for
// its chains of SHA-1 and SHA-256, which are our own.
import { createHash, pbkdf2Sync } from "node:crypto";
import { utf16 } from "./asn1-write.ts";
import { Refused } from "./keystore.ts";
import { sha1Chain, sha256Chain } from "./hash-chains.ts";

export type HashName = "sha1" | "sha256" | "sha384" | "sha512";

/**
 * Most iterations of one derivation: the number that JDK 8 to 15 use for a MAC, and the limit of Workers for PBKDF2.
 */
export const MAX_KDF_ITERATIONS = 100_000;
/**
 * Most iterations, multiplied by the derived blocks, for opening one file. A file of JDK 8 to 15 with one key takes
 * 350,000 (0.1 s in workerd), and 150,000 more if a second key password must be tried. The dearest file of as many,
 * with SHA-512 in its MAC and in PBKDF2, takes 0.35 s (bench/hostile-input.ts).
 */
export const MAX_KDF_WORK = 500_000;

const OUTPUT_BYTES: Record<HashName, number> = { sha1: 20, sha256: 32, sha384: 48, sha512: 64 };
/** The input block of each hash, bytes (FIPS 180-4). */
const BLOCK_BYTES: Record<HashName, number> = { sha1: 64, sha256: 64, sha384: 128, sha512: 128 };

/**
 * Returns the work of deriving `bytes`: iterations, multiplied by blocks. Refused as too_much_work if the iterations are
 * more than MAX_KDF_ITERATIONS, and as unsupported_encryption if they are none.
 */
export function kdfWork(iterations: number, hash: HashName, bytes: number): number {
  if (iterations < 1) throw new Refused({ code: "unsupported_encryption" });
  if (iterations > MAX_KDF_ITERATIONS) {
    throw new Refused({ code: "too_much_work", iterations, limit: MAX_KDF_ITERATIONS, of: "one" });
  }
  return iterations * Math.ceil(bytes / OUTPUT_BYTES[hash]);
}

/**
 * How many iterations each one of a MAC counts for that is by SHA-384 or SHA-512: their chains are hashed by calls of
 * node:crypto, and take eight times as long as our own of SHA-1.
 */
const LONG_CHAINS = 3;

/** Returns the work of deriving the key of a MAC. Refused like kdfWork. */
export function macWork(iterations: number, hash: HashName): number {
  const work = kdfWork(iterations, hash, OUTPUT_BYTES[hash]);
  return hash === "sha1" || hash === "sha256" ? work : LONG_CHAINS * work;
}

/** Adds up the work for one file; each opening has its own object. */
export class KdfBudget {
  #asked = 0;

  /** Adds work that is about to be done. Refused as too_much_work if the file asks for more than MAX_KDF_WORK in all. */
  reserve(work: number): void {
    this.#asked += work;
    if (this.#asked <= MAX_KDF_WORK) return;
    const [iterations, limit] = [this.#asked, MAX_KDF_WORK];
    throw new Refused({ code: "too_much_work", iterations, limit, of: "all" });
  }
}

type KdfInput = { password: string; salt: Uint8Array; iterations: number; hash: HashName };

/** PBKDF2 (RFC 8018 section 5.2), with the password in UTF-8 like Java and OpenSSL. */
export function pbkdf2(input: KdfInput, bytes: number): Uint8Array {
  return pbkdf2Sync(input.password, input.salt, input.iterations, bytes, input.hash);
}

/** The purpose of a PKCS #12 derivation; its number is hashed. */
type Pkcs12Purpose = 1 | 2 | 3;
export const FOR_KEY: Pkcs12Purpose = 1;
export const FOR_IV: Pkcs12Purpose = 2;
export const FOR_MAC: Pkcs12Purpose = 3;

/** The derivation of RFC 7292 appendix B.2, with the names of that text. */
export function pkcs12Kdf(input: KdfInput, purpose: Pkcs12Purpose, bytes: number): Uint8Array {
  const { hash, iterations } = input;
  const v = BLOCK_BYTES[hash];
  const diversifier = new Uint8Array(v).fill(purpose);
  // The terminating zero belongs to the password (appendix B.1).
  const password = utf16(`${input.password}\0`);
  const I = Buffer.concat([filled(input.salt, v), filled(password, v)]);
  const derived: Uint8Array[] = [];
  for (let length = 0; length < bytes; length += OUTPUT_BYTES[hash]) {
    const first = createHash(hash).update(diversifier).update(I).digest();
    const A = chained(hash, first, iterations - 1);
    derived.push(A);
    const B = repeated(A, v);
    for (let j = 0; j < I.length; j += v) addPlusOne(I.subarray(j, j + v), B);
  }
  return Buffer.concat(derived).subarray(0, bytes);
}

/** Hashes `digest` as many `times` more. */
function chained(hash: HashName, digest: Uint8Array, times: number): Uint8Array {
  if (hash === "sha1") return sha1Chain(digest, times);
  if (hash === "sha256") return sha256Chain(digest, times);
  let last = digest;
  for (let left = times; left > 0; left--) last = createHash(hash).update(last).digest();
  return last;
}

/** Repeats `bytes` up to a multiple of `block`, cutting the last copy. */
const filled = (bytes: Uint8Array, block: number): Uint8Array =>
  repeated(bytes, Math.ceil(bytes.length / block) * block);

function repeated(bytes: Uint8Array, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => bytes[index % bytes.length] ?? 0);
}

/** target = (target + addend + 1) mod 2^(8 * length), big endian, in place. */
function addPlusOne(target: Uint8Array, addend: Uint8Array): void {
  let carry = 1;
  for (let index = target.length - 1; index >= 0; index--) {
    const sum = (target[index] ?? 0) + (addend[index] ?? 0) + carry;
    target[index] = sum;
    carry = sum >>> 8;
  }
}
