// What a keystore is to Slipway: one signing key with its certificate chain. This file holds the words
// that generating, opening and exporting share, and does nothing itself.
//
// Glossary. Store password: guards the whole file. Key password: guards one key inside it, usually the
// same. Alias: the name of an entry, compared without regard to case as Java does. Leaf: the certificate
// of the signing key itself, the first of its chain.

export type KeyAlgorithm = "rsa" | "ec";

/** A signing key, opened. Never log one. */
export type OpenKeystore = {
  algorithm: KeyAlgorithm;
  /** PKCS #8 PrivateKeyInfo, DER, not encrypted. */
  privateKey: Uint8Array;
  /** X.509, DER: the leaf first, then its issuers; 1 to MAX_CHAIN. */
  certificates: Uint8Array[];
  alias: string;
  /** SHA-256 of the leaf, lower-case hex: what stores and push services know an app's signer by. */
  certificateSha256: string;
  /** Last moment at which the leaf is valid, ms since 1970. */
  expiresAt: number;
};

/** Why a file was not opened. `aliases` lists the private keys it holds. */
export type KeystoreRefusal =
  | { code: "not_a_keystore" }
  | { code: "wrong_password" }
  | { code: "wrong_key_password" }
  | { code: "no_private_key" }
  | { code: "alias_needed"; aliases: string[] }
  | { code: "alias_not_found"; aliases: string[] }
  /** The key has no certificate in the file. */
  | { code: "no_certificate" }
  /** There are certificates, but none of this key. */
  | { code: "key_mismatch" }
  | { code: "expired_certificate"; expiredAt: number }
  /** Neither RSA of MIN_RSA_BITS to MAX_RSA_BITS nor EC on P-256. */
  | { code: "unsupported_key" }
  /** A real PKCS #12 whose encryption is unknown here, or asks for more work than KdfBudget allows. */
  | { code: "unsupported_encryption" };

/** Carries a KeystoreRefusal from deep inside a reader to openKeystore, which alone catches it. */
export class Refused extends Error {
  readonly refusal: KeystoreRefusal;
  constructor(refusal: KeystoreRefusal) {
    super(refusal.code);
    this.refusal = refusal;
  }
}

/** An entry as a reader finds it, its key still encrypted. */
export type PrivateKeyEntry = {
  alias: string;
  /**
   * The PKCS #8 bytes, or null when `password` is not the key's. Expensive: call it for the chosen entry
   * only. What comes back for a wrong password may, once in 256 times, be rubbish instead of null.
   */
  decrypt: (password: string) => Uint8Array | null;
  /** The certificates that may be its leaf, likeliest first. */
  leaves: Uint8Array[];
  /** The certificates that may be the leaf's issuers. */
  issuers: Uint8Array[];
};

/** Weaker RSA keys are refused: 2048 is the least that app stores accept. */
export const MIN_RSA_BITS = 2048;
/** Larger RSA keys are refused: one signature would take longer than the rest of a build. */
export const MAX_RSA_BITS = 8192;
/** Longest certificate chain; real ones have 1 to 3. The builder protocol carries no more. */
export const MAX_CHAIN = 10;
/** Longest alias, characters: those of real files are a word or two. */
export const MAX_ALIAS = 200;
/** Most entries read from a file; real ones hold a few. */
export const MAX_ENTRIES = 100;
