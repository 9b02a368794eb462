// Makes a checked OpenKeystore from a decrypted private key and the certificates found with it: Android accepts the
// kind of key, the leaf belongs to the key and is still valid, and the certificates form a chain.
import {
  X509Certificate,
  createHash,
  createPrivateKey,
  createPublicKey,
  sign,
  verify,
} from "node:crypto";
import type { KeyObject } from "node:crypto";
import { SEQUENCE, children, decode, objectIdentifier, octets, smallInteger } from "./asn1-read.ts";
import { MAX_CHAIN, MAX_RSA_BITS, MIN_RSA_BITS, Refused } from "./keystore.ts";
import type { KeyAlgorithm, OpenKeystore } from "./keystore.ts";
import { EC_PUBLIC_KEY, RSA_ENCRYPTION } from "./oids.ts";

/** node:crypto's name for P-256, the only curve that the packager signs with. */
const P256 = "prime256v1";
/** A text that is signed to prove that a key and a certificate belong together. */
const PROBE = Buffer.from("slipway: does this certificate belong to this key?");

type IdentityInput = {
  alias: string;
  /** PKCS #8, DER. */
  privateKey: Uint8Array;
  leaves: Uint8Array[];
  issuers: Uint8Array[];
  now: number;
};

/** Whether `bytes` have the shape of PKCS #8 (RFC 5958 section 2), whatever the kind of key. */
export function isPkcs8(bytes: Uint8Array): boolean {
  try {
    const [version, algorithm, key] = children(decode(bytes), SEQUENCE);
    objectIdentifier(algorithm && children(algorithm, SEQUENCE)[0]);
    return smallInteger(version) <= 1 && octets(key).length > 0;
  } catch {
    return false;
  }
}

/** Makes the OpenKeystore. Refused with unsupported_key, no_certificate, key_mismatch or expired_certificate. */
export function checkedKeystore(input: IdentityInput): OpenKeystore {
  const { algorithm, key } = supportedKey(input.privateKey);
  if (input.leaves.length === 0) throw new Refused({ code: "no_certificate" });
  const leaf = leafOf(key, input.leaves.flatMap(parsed));
  const expiresAt = Date.parse(leaf.validTo);
  // Not `<`, so that an unreadable date (NaN) is refused too.
  if (!(expiresAt >= input.now))
    throw new Refused({ code: "expired_certificate", expiredAt: expiresAt });
  const certificates = chain(leaf, input.issuers.flatMap(parsed)).map(
    ({ raw }) => new Uint8Array(raw),
  );
  return {
    algorithm,
    // Written anew, since some programs leave the public key out of an EC key, and some readers need it.
    privateKey: new Uint8Array(key.export({ format: "der", type: "pkcs8" })),
    certificates,
    alias: input.alias,
    certificateSha256: createHash("sha256").update(leaf.raw).digest("hex"),
    certificateSha1: createHash("sha1").update(leaf.raw).digest("hex"),
    expiresAt,
  };
}

function supportedKey(privateKey: Uint8Array): { algorithm: KeyAlgorithm; key: KeyObject } {
  const unsupported = new Refused({ code: "unsupported_key" });
  const identifier = children(decode(privateKey), SEQUENCE)[1];
  const name = objectIdentifier(identifier && children(identifier, SEQUENCE)[0]);
  if (name !== RSA_ENCRYPTION && name !== EC_PUBLIC_KEY) throw unsupported;
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: Buffer.from(privateKey), format: "der", type: "pkcs8" });
  } catch {
    throw unsupported;
  }
  const { modulusLength = 0, namedCurve = "" } = key.asymmetricKeyDetails ?? {};
  if (name === RSA_ENCRYPTION && modulusLength >= MIN_RSA_BITS && modulusLength <= MAX_RSA_BITS) {
    return { algorithm: "rsa", key };
  }
  if (name === EC_PUBLIC_KEY && namedCurve === P256) return { algorithm: "ec", key };
  throw unsupported;
}

/**
 * Returns the certificate whose public key is that of `key`. Keys are compared as bytes, and only the pair that is found
 * signs and verifies: a file may hold a hundred certificates of the longest keys.
 */
function leafOf(key: KeyObject, candidates: X509Certificate[]): X509Certificate {
  const own = spkiOf(createPublicKey(key));
  const leaf = candidates.find(({ publicKey }) => spkiOf(publicKey).equals(own));
  if (leaf === undefined || !isPair(key, leaf.publicKey))
    throw new Refused({ code: "key_mismatch" });
  return leaf;
}

const spkiOf = (key: KeyObject): Buffer => key.export({ format: "der", type: "spki" });

/** Whether the private key signs what the public one verifies: its parts may contradict each other. */
function isPair(key: KeyObject, publicKey: KeyObject): boolean {
  try {
    return verify("sha256", PROBE, publicKey, sign("sha256", PROBE, key));
  } catch {
    return false;
  }
}

/** Returns the leaf and those of its issuers that are present, at most MAX_CHAIN. */
function chain(leaf: X509Certificate, issuers: X509Certificate[]): X509Certificate[] {
  const certificates = [leaf];
  for (let last = leaf; certificates.length < MAX_CHAIN;) {
    const issuer = issuers.find(
      (one) => !certificates.some(({ raw }) => raw.equals(one.raw)) && last.checkIssued(one),
    );
    if (issuer === undefined || last.issuer === last.subject) break;
    certificates.push(issuer);
    last = issuer;
  }
  return certificates;
}

/** Returns null for an unreadable certificate, which counts as absent. */
function parsed(bytes: Uint8Array): X509Certificate[] {
  try {
    const certificate = new X509Certificate(bytes);
    return certificate.publicKey ? [certificate] : [];
  } catch {
    return [];
  }
}
