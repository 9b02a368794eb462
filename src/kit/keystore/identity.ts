// Makes a checked OpenKeystore from a decrypted private key and the certificates found with it: Android accepts the
// kind of key, the leaf belongs to the key, is still valid and is one that Java takes for a signer's, and the certificates
// form a chain.
import {
  X509Certificate,
  createHash,
  createPrivateKey,
  createPublicKey,
  sign,
  verify,
} from "node:crypto";
import type { KeyObject } from "node:crypto";
import {
  BIT_STRING,
  BOOLEAN,
  INTEGER,
  OBJECT_IDENTIFIER,
  OCTET_STRING,
  SEQUENCE,
  children,
  context,
  decode,
  inner,
  objectIdentifier,
  octets,
  smallInteger,
} from "./asn1-read.ts";
import type { Element } from "./asn1-read.ts";
import { MAX_CHAIN, MAX_RSA_BITS, MIN_RSA_BITS, Refused } from "./keystore.ts";
import type { KeyAlgorithm, OpenKeystore } from "./keystore.ts";
import {
  BASIC_CONSTRAINTS,
  EC_PUBLIC_KEY,
  INHIBIT_ANY_POLICY,
  KEY_USAGE,
  RSA_ENCRYPTION,
  SUBJECT_KEY_IDENTIFIER,
} from "./oids.ts";

/** node:crypto's name for P-256, the only curve that the packager signs with. */
const P256 = "prime256v1";
/** A text that is signed to prove that a key and a certificate belong together. */
const PROBE = Buffer.from("slipway: does this certificate belong to this key?");

/** The extensions of RFC 5280 section 4.2.1, all of which Java knows. */
const KNOWN_EXTENSIONS = "2.5.29.";
/** What those are whose value is no SEQUENCE. */
const VALUE_TAGS: ReadonlyMap<string, number> = new Map([
  [SUBJECT_KEY_IDENTIFIER, OCTET_STRING],
  [KEY_USAGE, BIT_STRING],
  [INHIBIT_ANY_POLICY, INTEGER],
]);
/** Bits of the first octet of KeyUsage: digitalSignature, nonRepudiation. */
const SIGNING_BITS = 0xc0;
/** The form of a point that has both its coordinates (SEC 1 section 2.3.3). */
const UNCOMPRESSED = 0x04;

interface Extension {
  readonly id: string;
  readonly isCritical: boolean;
  readonly value: Uint8Array;
}

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

/**
 * Makes the OpenKeystore. Refused with unsupported_key, no_certificate, key_mismatch, expired_certificate or
 * unsupported_certificate.
 */
export function checkedKeystore(input: IdentityInput): OpenKeystore {
  const { algorithm, key } = supportedKey(input.privateKey);
  if (input.leaves.length === 0) throw new Refused({ code: "no_certificate" });
  const leaf = leafOf(key, input.leaves.flatMap(parsed));
  const expiresAt = Date.parse(leaf.validTo);
  // Not `<`, so that an unreadable date (NaN) is refused too.
  if (!(expiresAt >= input.now))
    throw new Refused({ code: "expired_certificate", expiredAt: expiresAt });
  if (!isReadByJava(leaf.raw) || !maySign(leaf.raw))
    throw new Refused({ code: "unsupported_certificate" });
  const issuers = input.issuers.flatMap(parsed).filter(({ raw }) => isReadByJava(raw));
  const certificates = chain(leaf, issuers).map(({ raw }) => new Uint8Array(raw));
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

/**
 * Whether Java reads the X.509 certificate, as apksigner, jarsigner and stores do, beyond what node:crypto asks: issuer and subject have a name, a key on a curve names the curve and has both
 * coordinates, and what is critical is what RFC 5280 says it is.
 */
function isReadByJava(certificate: Uint8Array): boolean {
  try {
    const { issuer, subject, key } = partsOf(certificate);
    const areNamed = [issuer, subject].every((name) => name !== undefined && hasContent(name));
    const critical = extensionsOf(certificate).filter(({ isCritical }) => isCritical);
    return areNamed && key !== undefined && isPlainKey(key) && critical.every(isWellFormed);
  } catch {
    return false;
  }
}

/** Whether Java takes signatures of the certificate's key, if it reads the certificate: nothing in it forbids them. */
function maySign(certificate: Uint8Array): boolean {
  const extensions = extensionsOf(certificate);
  const usage = extensions.find(({ id }) => id === KEY_USAGE);
  return (
    extensions.every(({ id, isCritical }) => !isCritical || id.startsWith(KNOWN_EXTENSIONS)) &&
    (usage === undefined || !isWellFormed(usage) || (firstBits(usage.value) & SIGNING_BITS) !== 0)
  );
}

/** The fields of a certificate that matter here (RFC 5280 section 4.1). */
function partsOf(certificate: Uint8Array) {
  const [toBeSigned] = children(decode(certificate), SEQUENCE);
  const fields = toBeSigned === undefined ? [] : children(toBeSigned, SEQUENCE);
  // the version is left out of version 1
  const named = fields[0]?.tag === context(0) ? fields.slice(1) : fields;
  const [, , issuer, , subject, key, ...optional] = named;
  return { issuer, subject, key, extensions: optional.find(({ tag }) => tag === context(3)) };
}

function extensionsOf(certificate: Uint8Array): Extension[] {
  const { extensions } = partsOf(certificate);
  if (extensions === undefined) return [];
  return children(inner(extensions, context(3)), SEQUENCE).map((extension) => {
    const [id, ...rest] = children(extension, SEQUENCE);
    const critical = rest.find(({ tag }) => tag === BOOLEAN);
    return {
      id: objectIdentifier(id),
      isCritical: critical !== undefined && critical.content[0] !== 0,
      value: octets(rest.at(-1)),
    };
  });
}

/** Whether the value of an extension that RFC 5280 defines is of its type; any other may be anything. */
function isWellFormed({ id, value }: Extension): boolean {
  if (!id.startsWith(KNOWN_EXTENSIONS)) return true;
  try {
    const element = decode(value);
    const isEmptied = id === BASIC_CONSTRAINTS || hasContent(element);
    return isEmptied && element.tag === (VALUE_TAGS.get(id) ?? SEQUENCE);
  } catch {
    return false;
  }
}

/** Whether a SubjectPublicKeyInfo is of no curve, or names its curve and has both coordinates (RFC 5480 section 2). */
function isPlainKey(key: Element): boolean {
  const [algorithm, point] = children(key, SEQUENCE);
  const [id, curve] = algorithm === undefined ? [] : children(algorithm, SEQUENCE);
  if (objectIdentifier(id) !== EC_PUBLIC_KEY) return true;
  // the first octet of a BIT STRING counts the bits that its end lacks
  return curve?.tag === OBJECT_IDENTIFIER && point?.content[1] === UNCOMPRESSED;
}

function hasContent({ content }: Element): boolean {
  return content.length > 0;
}

function firstBits(bitString: Uint8Array): number {
  return decode(bitString).content[1] ?? 0;
}
