// Generates a signing key with a self-signed certificate (X.509 v3, RFC 5280), like keytool -genkeypair.
import { createHash, createPrivateKey, sign } from "node:crypto";
import * as asn1 from "./asn1-write.ts";
import type { KeyAlgorithm, OpenKeystore } from "./keystore.ts";
import * as OID from "./oids.ts";

/** How long a generated certificate is valid, years: Google Play requires more than 25. */
const VALID_YEARS = 30;
/** Longest common name, characters (RFC 5280 appendix A.1, ub-common-name); longer names are cut. */
const MAX_COMMON_NAME = 64;
/** The alias of a generated key, the same as Android Studio's. */
const ALIAS = "key0";
/** Length of the random serial number, bytes; RFC 5280 section 4.1.2.2 allows 20. */
const SERIAL_BYTES = 16;

const KEY_PARAMETERS = {
  rsa: {
    name: "RSASSA-PKCS1-v1_5",
    modulusLength: 2048,
    publicExponent: Uint8Array.of(1, 0, 1),
    hash: "SHA-256",
  },
  ec: { name: "ECDSA", namedCurve: "P-256" },
} as const;

/** RFC 4055 section 5 requires NULL parameters for RSA, RFC 5758 section 3.2 none for ECDSA. */
const SIGNATURE_ALGORITHM: Record<KeyAlgorithm, Uint8Array> = {
  rsa: asn1.sequence(asn1.oid(OID.SHA256_WITH_RSA), asn1.NULL),
  ec: asn1.sequence(asn1.oid(OID.ECDSA_WITH_SHA256)),
};

/**
 * Generates an RSA-2048 or P-256 key, and a certificate for `commonName` that is valid for VALID_YEARS from `now`
 * (ms since 1970). An RSA key takes about 0.3 s. Throws RangeError if `commonName` is empty.
 */
export async function generateKeystore(input: {
  algorithm: KeyAlgorithm;
  commonName: string;
  now: number;
}): Promise<OpenKeystore> {
  const { algorithm } = input;
  const commonName = Array.from(input.commonName.toWellFormed().trim())
    .slice(0, MAX_COMMON_NAME)
    .join("");
  if (commonName === "") throw new RangeError("commonName is empty");
  const pair = await crypto.subtle.generateKey(KEY_PARAMETERS[algorithm], true, ["sign", "verify"]);
  if (!("privateKey" in pair)) throw new TypeError("not a key pair");
  const privateKey = await exported("pkcs8", pair.privateKey);
  const publicKey = await exported("spki", pair.publicKey);

  const notBefore = Math.floor(input.now / 1000) * 1000;
  const notAfter = new Date(notBefore).setUTCFullYear(
    new Date(notBefore).getUTCFullYear() + VALID_YEARS,
  );
  const tbs = tbsCertificate({ algorithm, commonName, publicKey, notBefore, notAfter });
  const key = createPrivateKey({ key: Buffer.from(privateKey), format: "der", type: "pkcs8" });
  const signature = sign("sha256", tbs, key);
  const certificate = new Uint8Array(
    asn1.sequence(tbs, SIGNATURE_ALGORITHM[algorithm], asn1.bitString(signature)),
  );
  return {
    algorithm,
    privateKey,
    certificates: [certificate],
    alias: ALIAS,
    certificateSha256: createHash("sha256").update(certificate).digest("hex"),
    certificateSha1: createHash("sha1").update(certificate).digest("hex"),
    expiresAt: notAfter,
  };
}

/** RFC 5280 section 4.1; the only extension is the one that section 4.2.1.2 requires of every issuer. */
function tbsCertificate(input: {
  algorithm: KeyAlgorithm;
  commonName: string;
  publicKey: Uint8Array;
  notBefore: number;
  notAfter: number;
}): Uint8Array {
  const name = asn1.sequence(
    asn1.setOf(asn1.sequence(asn1.oid(OID.COMMON_NAME), asn1.utf8String(input.commonName))),
  );
  const keyId = createHash("sha1").update(input.publicKey).digest();
  const extension = asn1.sequence(
    asn1.oid(OID.SUBJECT_KEY_IDENTIFIER),
    asn1.octetString(asn1.octetString(keyId)),
  );
  return asn1.sequence(
    asn1.explicit(0, asn1.integer(2)),
    asn1.unsignedInteger(crypto.getRandomValues(new Uint8Array(SERIAL_BYTES))),
    SIGNATURE_ALGORITHM[input.algorithm],
    name,
    asn1.sequence(asn1.time(input.notBefore), asn1.time(input.notAfter)),
    name,
    input.publicKey,
    asn1.explicit(3, asn1.sequence(extension)),
  );
}

async function exported(format: "pkcs8" | "spki", key: CryptoKey): Promise<Uint8Array> {
  const bytes = await crypto.subtle.exportKey(format, key);
  if (!(bytes instanceof ArrayBuffer)) throw new TypeError("not bytes");
  return new Uint8Array(bytes);
}
