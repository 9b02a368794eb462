// Signing keys with certificates for tests, made by node:crypto and a few lines of DER
// (X.690; X.509 in RFC 5280). Not for real use: serial number, name and dates are fixed.
import { generateKeyPairSync, sign } from "node:crypto";
import type { KeyObject } from "node:crypto";
import type { SigningKey } from "../../../../src/protocol/builder.ts";

const SEQUENCE = 0x30;
const SET = 0x31;
const BOOLEAN = 0x01;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const NULL = 0x05;
const OID = 0x06;
const UTF8_STRING = 0x0c;
const UTC_TIME = 0x17;
const VERSION_3 = der(0xa0, der(INTEGER, Buffer.from([2])));

const COMMON_NAME = "550403";
const BASIC_CONSTRAINTS = "551d13";
const SHA256_WITH_RSA = "2a864886f70d01010b";
const ECDSA_WITH_SHA256 = "2a8648ce3d040302";

type Algorithm = SigningKey["algorithm"];

/** Whoever a certificate names: itself, where nobody else issued it. */
interface Party {
  readonly name: string;
  readonly algorithm: Algorithm;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** @param version of X.509; old ones leave it out of the certificate */
export function rsaKey(bits = 2048, version: 1 | 3 = 3): SigningKey {
  const own = rsaParty("Slipway test", bits);
  return signingKey(own, [certificate(own, own, { version })]);
}

export function ecKey(curve = "P-256"): SigningKey {
  const own = ecParty("Slipway test", curve);
  return signingKey(own, [certificate(own, own)]);
}

/** A key whose certificate was issued by an authority, and that one's by a root: three certificates, the signer's first. */
export function chainedKey(algorithm: Algorithm): SigningKey {
  const root = ecParty("Slipway test root");
  const authority = rsaParty("Slipway test authority");
  const own = algorithm === "rsa" ? rsaParty("Slipway test") : ecParty("Slipway test");
  return signingKey(own, [
    certificate(own, authority),
    certificate(authority, root, { isAuthority: true }),
    certificate(root, root, { isAuthority: true }),
  ]);
}

function rsaParty(name: string, modulusLength = 2048): Party {
  return { name, algorithm: "rsa", ...generateKeyPairSync("rsa", { modulusLength }) };
}

function ecParty(name: string, namedCurve = "P-256"): Party {
  return { name, algorithm: "ec", ...generateKeyPairSync("ec", { namedCurve }) };
}

function signingKey({ algorithm, privateKey }: Party, certificates: Buffer[]): SigningKey {
  return {
    algorithm,
    private_key: privateKey.export({ type: "pkcs8", format: "der" }).toString("base64"),
    certificates: certificates.map((each) => each.toString("base64")),
  };
}

/** A key whose certificate is as odd as one may be: a serial number below zero, a name of 1,000 characters. */
export function oddKey(): SigningKey {
  const own = rsaParty("書".repeat(1000));
  return signingKey(own, [certificate(own, own, { serial: -1 })]);
}

/** The certificate of `subject`, by `issuer`; as an authority it may issue others. */
function certificate(
  subject: Party,
  issuer: Party,
  { isAuthority = false, serial = 1, version = 3 } = {},
): Buffer {
  const signature = algorithmIdentifier(issuer.algorithm);
  const time = (text: string): Buffer => der(UTC_TIME, Buffer.from(text));
  const toBeSigned = der(
    SEQUENCE,
    version === 3 ? VERSION_3 : Buffer.of(),
    der(INTEGER, Buffer.from([serial & 0xff])),
    signature,
    commonName(issuer.name),
    der(SEQUENCE, time("260101000000Z"), time("490101000000Z")),
    commonName(subject.name),
    subject.publicKey.export({ type: "spki", format: "der" }),
    ...(isAuthority ? [authorityExtension()] : []),
  );
  return der(
    SEQUENCE,
    toBeSigned,
    signature,
    der(BIT_STRING, Buffer.from([0]), sign("sha256", toBeSigned, issuer.privateKey)),
  );
}

function commonName(name: string): Buffer {
  const value = der(SEQUENCE, oid(COMMON_NAME), der(UTF8_STRING, Buffer.from(name)));
  return der(SEQUENCE, der(SET, value));
}

/** The extensions with basicConstraints, which are critical, of an authority (RFC 5280, section 4.2.1.9). */
function authorityExtension(): Buffer {
  const yes = der(BOOLEAN, Buffer.from([0xff]));
  const constraints = der(OCTET_STRING, der(SEQUENCE, yes));
  return der(0xa3, der(SEQUENCE, der(SEQUENCE, oid(BASIC_CONSTRAINTS), yes, constraints)));
}

function algorithmIdentifier(algorithm: Algorithm): Buffer {
  return algorithm === "rsa"
    ? der(SEQUENCE, oid(SHA256_WITH_RSA), der(NULL))
    : der(SEQUENCE, oid(ECDSA_WITH_SHA256));
}

function oid(hex: string): Buffer {
  return der(OID, Buffer.from(hex, "hex"));
}

/** A tag, the length in its shortest form, the contents. */
function der(tag: number, ...contents: Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
  const bytes = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...bytes]), content]);
}
