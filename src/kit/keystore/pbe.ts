// Decrypts the parts of PKCS #12 files that a password protects: by PBES2 (RFC 8018), which keytool and OpenSSL 3
// write, and by the SHA-1 schemes of RFC 7292 appendix C, which older versions wrote. Encrypts only by PBES2.
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import {
  children,
  objectIdentifier,
  octets,
  saltOf,
  smallInteger,
  INTEGER,
  SEQUENCE,
} from "./asn1-read.ts";
import type { Element } from "./asn1-read.ts";
import { integer, NULL, octetString, oid, sequence } from "./asn1-write.ts";
import { FOR_IV, FOR_KEY, kdfWork, pbkdf2, pkcs12Kdf } from "./kdf.ts";
import type { HashName } from "./kdf.ts";
import { Refused } from "./keystore.ts";
import * as OID from "./oids.ts";
import { rc2CbcDecrypt } from "./rc2.ts";

/** Iterations for encryption: the default of keytool in JDK 17 and later. */
export const WRITTEN_ITERATIONS = 10_000;
/** Length of the salt for encryption, bytes, the same as keytool's. */
export const WRITTEN_SALT_BYTES = 20;

const PRFS: Record<string, HashName> = {
  [OID.HMAC_SHA1]: "sha1",
  [OID.HMAC_SHA256]: "sha256",
  [OID.HMAC_SHA384]: "sha384",
  [OID.HMAC_SHA512]: "sha512",
};

const CIPHERS: Record<string, { name: string; keyBytes: number; ivBytes: number }> = {
  [OID.AES_128_CBC]: { name: "aes-128-cbc", keyBytes: 16, ivBytes: 16 },
  [OID.AES_192_CBC]: { name: "aes-192-cbc", keyBytes: 24, ivBytes: 16 },
  [OID.AES_256_CBC]: { name: "aes-256-cbc", keyBytes: 32, ivBytes: 16 },
  [OID.DES_EDE3_CBC]: { name: "des-ede3-cbc", keyBytes: 24, ivBytes: 8 },
};

type Decrypt = (key: Uint8Array, iv: Uint8Array, data: Uint8Array) => Uint8Array | null;
const LEGACY: Record<string, { keyBytes: number; decrypt: Decrypt }> = {
  [OID.PBE_SHA1_3DES]: {
    keyBytes: 24,
    decrypt: (...input) => cbcDecrypt("des-ede3-cbc", ...input),
  },
  [OID.PBE_SHA1_RC2_128]: {
    keyBytes: 16,
    decrypt: (key, ...rest) => rc2CbcDecrypt(key, 128, ...rest),
  },
  [OID.PBE_SHA1_RC2_40]: {
    keyBytes: 5,
    decrypt: (key, ...rest) => rc2CbcDecrypt(key, 40, ...rest),
  },
};
/** Length of the initialisation vector of every legacy scheme, bytes: one block of 3DES or RC2. */
const LEGACY_IV_BYTES = 8;

/** Something that a password protects. */
export type Protected = {
  /** The work of deriving its key, in iterations, which whoever decrypts reserves first. */
  work: number;
  /** Returns the content, or null if the padding proves that the password is wrong, as it does 255 times in 256. */
  decrypt: (password: string) => Uint8Array | null;
};

/**
 * Reads the AlgorithmIdentifier of the password scheme that protects `data`, and derives nothing yet. Refused if the
 * scheme is not supported, or one derivation takes too much work.
 */
export function pbeProtected(algorithm: Element, data: Uint8Array): Protected {
  const [scheme, parameters] = children(algorithm, SEQUENCE);
  const name = objectIdentifier(scheme);
  if (parameters === undefined) throw unsupported();
  if (name === OID.PBES2) return pbes2Protected(parameters, data);
  const legacy = LEGACY[name];
  if (legacy === undefined) throw unsupported();
  const [salt, iterations] = children(parameters, SEQUENCE);
  const shared = {
    salt: saltOf(salt),
    iterations: smallInteger(iterations),
    hash: "sha1",
  } as const;
  const work = (bytes: number) => kdfWork(shared.iterations, shared.hash, bytes);
  return {
    work: work(legacy.keyBytes) + work(LEGACY_IV_BYTES),
    decrypt: (password) => {
      const input = { ...shared, password };
      const key = pkcs12Kdf(input, FOR_KEY, legacy.keyBytes);
      return legacy.decrypt(key, pkcs12Kdf(input, FOR_IV, LEGACY_IV_BYTES), data);
    },
  };
}

function pbes2Protected(parameters: Element, data: Uint8Array): Protected {
  const [derivation, encryption] = children(parameters, SEQUENCE);
  if (derivation === undefined || encryption === undefined) throw unsupported();
  const [kdfName, kdfParameters] = children(derivation, SEQUENCE);
  const [cipherName, ivElement] = children(encryption, SEQUENCE);
  const cipher = CIPHERS[objectIdentifier(cipherName)];
  if (objectIdentifier(kdfName) !== OID.PBKDF2 || !kdfParameters || !cipher) throw unsupported();
  const [salt, iterations, ...optional] = children(kdfParameters, SEQUENCE);
  // An optional keyLength precedes prf; the cipher determines it anyway.
  const prf = optional.find((element) => element.tag !== INTEGER);
  const hash = prf ? PRFS[objectIdentifier(children(prf, SEQUENCE)[0])] : "sha1";
  if (hash === undefined) throw unsupported();
  const shared = { salt: saltOf(salt), iterations: smallInteger(iterations), hash };
  const iv = octets(ivElement);
  if (iv.length !== cipher.ivBytes) throw unsupported();
  return {
    work: kdfWork(shared.iterations, hash, cipher.keyBytes),
    decrypt: (password) =>
      cbcDecrypt(cipher.name, pbkdf2({ ...shared, password }, cipher.keyBytes), iv, data),
  };
}

function cbcDecrypt(
  cipher: string,
  key: Uint8Array,
  iv: Uint8Array,
  data: Uint8Array,
): Uint8Array | null {
  try {
    const decipher = createDecipheriv(cipher, key, iv);
    return Buffer.concat([decipher.update(data), decipher.final()]);
  } catch {
    return null; // The padding or the length is wrong.
  }
}

/** Encrypts `data` by PBES2 with AES-256-CBC and HMAC-SHA-256. Returns the AlgorithmIdentifier too. */
export function pbes2Encrypt(
  data: Uint8Array,
  password: string,
): { algorithm: Uint8Array; ciphertext: Uint8Array } {
  const salt = randomBytes(WRITTEN_SALT_BYTES);
  const iv = randomBytes(16);
  const key = pbkdf2({ password, salt, iterations: WRITTEN_ITERATIONS, hash: "sha256" }, 32);
  const cipher = createCipheriv("aes-256-cbc", key, iv);
  const prf = sequence(oid(OID.HMAC_SHA256), NULL);
  const kdf = sequence(octetString(salt), integer(WRITTEN_ITERATIONS), prf);
  const encryption = sequence(oid(OID.AES_256_CBC), octetString(iv));
  return {
    algorithm: sequence(oid(OID.PBES2), sequence(sequence(oid(OID.PBKDF2), kdf), encryption)),
    ciphertext: Buffer.concat([cipher.update(data), cipher.final()]),
  };
}

const unsupported = (): Refused => new Refused({ code: "unsupported_encryption" });
