// An open keystore is one signing key with its certificate chain. This file has the types and limits that generating,
// opening and exporting share.
//
// Glossary. Store password: protects the whole file. Key password: protects one key inside it, and is usually the same.
// Alias: the name of an entry, compared without regard to case like in Java. Leaf: the certificate of the signing key
// itself, the first of its chain.

export type KeyAlgorithm = "rsa" | "ec";

/** A signing key in the clear. It must never be logged. */
export type OpenKeystore = {
  algorithm: KeyAlgorithm;
  /** PKCS #8 PrivateKeyInfo, DER, not encrypted. */
  privateKey: Uint8Array;
  /** X.509, DER: the leaf first, then its issuers; 1 to MAX_CHAIN. */
  certificates: Uint8Array[];
  alias: string;
  /** SHA-256 of the leaf, lower-case hex, by which stores and push services identify the signer of an app. */
  certificateSha256: string;
  /** SHA-1 of the leaf, lower-case hex, which some of Google's consoles still ask for. */
  certificateSha1: string;
  /** When the leaf stops being valid, ms since 1970. */
  expiresAt: number;
};

/** Why a file was not opened. `aliases` lists its private keys. */
export type KeystoreRefusal =
  | { code: "not_a_keystore" }
  | { code: "wrong_password" }
  | { code: "wrong_key_password" }
  | { code: "no_private_key" }
  | { code: "alias_needed"; aliases: string[] }
  | { code: "alias_not_found"; aliases: string[] }
  /** The key has no certificate in the file. */
  | { code: "no_certificate" }
  /** The file has certificates, but none of this key. */
  | { code: "key_mismatch" }
  | { code: "expired_certificate"; expiredAt: number }
  /** Java, and with it apksigner and stores, does not read the certificate, or does not let it sign. */
  | { code: "unsupported_certificate" }
  /** Neither RSA of MIN_RSA_BITS to MAX_RSA_BITS nor EC on P-256. */
  | { code: "unsupported_key" }
  /** A PKCS #12 file whose encryption is not supported. */
  | { code: "unsupported_encryption" }
  /** Deriving keys takes more `iterations` than the `limit` of one derivation, or of all together. */
  | { code: "too_much_work"; iterations: number; limit: number; of: "one" | "all" }
  /** More than MAX_ENTRIES. */
  | { code: "too_many_entries" };

/** Carries a KeystoreRefusal from deep inside a reader to openKeystore, which alone catches it. */
export class Refused extends Error {
  readonly refusal: KeystoreRefusal;
  constructor(refusal: KeystoreRefusal) {
    super(refusal.code);
    this.refusal = refusal;
  }
}

/** An entry of a file, whose key is still encrypted. */
export type PrivateKeyEntry = {
  alias: string;
  /**
   * Returns the PKCS #8 bytes, or null if `password` is wrong. For one wrong password in 256, it returns rubbish
   * instead of null. It is slow, so call it only for the chosen entry, once for each of the passwords that were announced.
   */
  decrypt: (password: string) => Uint8Array | null;
  /** The certificates that may be its leaf, the likeliest first. */
  leaves: Uint8Array[];
  /** The certificates that may be the leaf's issuers. */
  issuers: Uint8Array[];
};

/** Shortest RSA key, bits: the least that app stores accept. */
export const MIN_RSA_BITS = 2048;
/** Longest RSA key, bits: with longer keys, one signature would take longer than the rest of a build. */
export const MAX_RSA_BITS = 8192;
/**
 * Longest private key, encrypted or not, bytes: an RSA key of MAX_RSA_BITS takes 5,000. JKS decrypts by a hash for every 20
 * bytes.
 */
export const MAX_KEY_BYTES = 16 * 1024;
/** Longest certificate chain, also in the builder protocol; real chains have 1 to 3 certificates. */
export const MAX_CHAIN = 10;
/** Longest alias, characters; real ones are a word or two. */
export const MAX_ALIAS = 200;
/** Most entries read from a file; real ones hold a few. */
export const MAX_ENTRIES = 100;

/** A fingerprint as Android's tools and consoles show it: 5B:1F:09. */
export function shownFingerprint(hex: string): string {
  return hex.toUpperCase().replaceAll(/..(?!$)/g, "$&:");
}
