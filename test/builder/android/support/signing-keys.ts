// Signing keys with self-signed certificates for tests, made by node:crypto and a few lines of DER
// (X.690; X.509 in RFC 5280). Not for real use: serial number, name and dates are fixed.
import { generateKeyPairSync, sign } from "node:crypto";
import type { KeyObject } from "node:crypto";
import type { SigningKey } from "../../../../src/protocol/builder.ts";

const SEQUENCE = 0x30;
const SET = 0x31;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const NULL = 0x05;
const OID = 0x06;
const UTF8_STRING = 0x0c;
const UTC_TIME = 0x17;
const VERSION_3 = der(0xa0, der(INTEGER, Buffer.from([2])));

const COMMON_NAME = "550403";
const SHA256_WITH_RSA = "2a864886f70d01010b";
const ECDSA_WITH_SHA256 = "2a8648ce3d040302";

/** @param version of X.509; old ones leave it out of the certificate */
export function rsaKey(bits = 2048, version: 1 | 3 = 3): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: bits });
  return withCertificate("rsa", privateKey, publicKey, version);
}

export function ecKey(curve = "P-256"): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: curve });
  return withCertificate("ec", privateKey, publicKey);
}

function withCertificate(
  algorithm: "rsa" | "ec",
  privateKey: KeyObject,
  publicKey: KeyObject,
  version: 1 | 3 = 3,
): SigningKey {
  const signature = algorithmIdentifier(algorithm);
  const name = der(
    SEQUENCE,
    der(SET, der(SEQUENCE, oid(COMMON_NAME), der(UTF8_STRING, Buffer.from("Slipway test")))),
  );
  const time = (text: string): Buffer => der(UTC_TIME, Buffer.from(text));
  const toBeSigned = der(
    SEQUENCE,
    version === 3 ? VERSION_3 : Buffer.of(),
    der(INTEGER, Buffer.from([1])),
    signature,
    name,
    der(SEQUENCE, time("260101000000Z"), time("490101000000Z")),
    name,
    publicKey.export({ type: "spki", format: "der" }),
  );
  const certificate = der(
    SEQUENCE,
    toBeSigned,
    signature,
    der(BIT_STRING, Buffer.from([0]), sign("sha256", toBeSigned, privateKey)),
  );
  return {
    algorithm,
    private_key: privateKey.export({ type: "pkcs8", format: "der" }).toString("base64"),
    certificates: [certificate.toString("base64")],
  };
}

function algorithmIdentifier(algorithm: "rsa" | "ec"): Buffer {
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
