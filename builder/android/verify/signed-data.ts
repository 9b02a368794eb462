// Checks a PKCS #7 SignedData of one signer over bytes that stand elsewhere (RFC 5652 section 5), as the signature block of
// a JAR is.
import { X509Certificate, verify } from "node:crypto";
import { ByteReader, must, sameBytes } from "./byte-reader.ts";

const [SEQUENCE, SET, INTEGER, OCTETS, OID, CONTEXT_0] = [0x30, 0x31, 0x02, 0x04, 0x06, 0xa0];

const SIGNED_DATA = "2a864886f70d010702";
const DATA = "2a864886f70d010701";
const SHA_256 = "608648016503040201";
/** The signature algorithms by the kind of key. */
const SIGNATURE = { rsa: "2a864886f70d010101", ec: "2a8648ce3d040302" } as const;

/**
 * Returns the signer's certificate, DER. Throws MalformedApp unless it signed `data`, with SHA-256 and without attributes.
 */
export function checkSignedData(
  block: Uint8Array,
  data: Uint8Array,
  keyType: keyof typeof SIGNATURE,
): Uint8Array {
  const outer = only(block, SEQUENCE);
  expectOid(outer, SIGNED_DATA);
  const content = new Der(only(outer.take(CONTEXT_0), SEQUENCE).rest());
  outer.end();
  expectVersion(content);
  expectAlgorithm(new Der(content.take(SET)), SHA_256);
  expectOid(new Der(content.take(SEQUENCE)), DATA);
  const certificates = new Der(content.take(CONTEXT_0));
  const signer = only(content.take(SET), SEQUENCE);
  content.end();

  expectVersion(signer);
  const issuerAndSerial = signer.take(SEQUENCE);
  expectAlgorithm(signer, SHA_256);
  expectAlgorithm(signer, SIGNATURE[keyType]);
  const signature = signer.take(OCTETS);
  signer.end();

  const certificate = certificates.element(SEQUENCE);
  must(sameBytes(named(certificate), issuerAndSerial), "the signer is not the certificate's owner");
  must(isSigned(certificate, keyType, data, signature), "the JAR signature is wrong");
  // one that can't be read makes a signature that nobody reads
  const others = certificates.elements(SEQUENCE);
  must(others.every(isCertificate), "the signature block holds something else than certificates");
  return certificate;
}

/** Reads elements of DER one after the other (ITU-T X.690 clause 8.1). */
class Der {
  readonly #reader: ByteReader;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#reader = new ByteReader(bytes);
  }

  /** The contents of the next element, which must have the tag. */
  take(tag: number): Uint8Array {
    must(this.#reader.u8() === tag, "the signature block has another element than it must have");
    const first = this.#reader.u8();
    if (first < 0x80) return this.#reader.bytes(first);
    const octets = this.#reader.bytes(first & 0x7f);
    return this.#reader.bytes(octets.reduce((sum, octet) => sum * 256 + octet, 0));
  }

  /** The next element as a whole. */
  element(tag: number): Uint8Array {
    const start = this.#reader.offset;
    this.take(tag);
    return this.#bytes.subarray(start, this.#reader.offset);
  }

  /** All further elements, each as a whole. */
  elements(tag: number): Uint8Array[] {
    const found: Uint8Array[] = [];
    while (this.#reader.left > 0) found.push(this.element(tag));
    return found;
  }

  /** The tag of the next element, if there is one. */
  tag(): number | undefined {
    return this.#bytes[this.#reader.offset];
  }

  rest(): Uint8Array {
    return this.#reader.bytes(this.#reader.left);
  }

  end(): void {
    this.#reader.end("the signature block");
  }
}

/** Reads the contents of the only element of `bytes`. */
function only(bytes: Uint8Array, tag: number): Der {
  const der = new Der(bytes);
  const contents = der.take(tag);
  der.end();
  return new Der(contents);
}

function expectOid(der: Der, oid: string): void {
  const found = Buffer.from(der.take(OID)).toString("hex");
  must(found === oid, "the signature block has another object identifier than it must have");
}

function expectVersion(der: Der): void {
  must(sameBytes(der.take(INTEGER), Uint8Array.of(1)), "the signature block has another version");
}

/** An AlgorithmIdentifier without parameters, or with NULL. */
function expectAlgorithm(der: Der, oid: string): void {
  const algorithm = new Der(der.take(SEQUENCE));
  expectOid(algorithm, oid);
  const parameters = Buffer.from(algorithm.rest()).toString("hex");
  must(["", "0500"].includes(parameters), "the signature block has an algorithm with parameters");
}

/** The contents of IssuerAndSerialNumber (RFC 5652 section 10.2.4) that name a certificate. */
function named(certificate: Uint8Array): Uint8Array {
  const toBeSigned = new Der(new Der(new Der(certificate).take(SEQUENCE)).take(SEQUENCE));
  if (toBeSigned.tag() === CONTEXT_0) toBeSigned.take(CONTEXT_0);
  const serial = toBeSigned.element(INTEGER);
  toBeSigned.take(SEQUENCE); // the algorithm
  return Buffer.concat([toBeSigned.element(SEQUENCE), serial]);
}

/** Whether the bytes are one X.509 certificate and nothing after it. */
function isCertificate(bytes: Uint8Array): boolean {
  try {
    return sameBytes(new X509Certificate(bytes).raw, bytes);
  } catch {
    return false;
  }
}

function isSigned(
  certificate: Uint8Array,
  keyType: string,
  data: Uint8Array,
  signature: Uint8Array,
): boolean {
  try {
    const key = new X509Certificate(certificate).publicKey;
    return key.asymmetricKeyType === keyType && verify("sha256", data, key, signature);
  } catch {
    // an unreadable certificate or key
    return false;
  }
}
