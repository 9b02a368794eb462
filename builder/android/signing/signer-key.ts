// Prepares a signing key for the schemes: opens it, checks that its certificate matches, and chooses the algorithm.
import { X509Certificate, createPrivateKey, sign } from "node:crypto";
import type { KeyObject } from "node:crypto";
import type { SigningKey } from "../../../src/protocol/builder.ts";
import { PackagingError } from "../errors.ts";

/** A signature algorithm of the APK schemes v2 and v3 (source.android.com, "APK Signature Scheme v2"). */
export interface SignatureAlgorithm {
  readonly id: number;
  /** The digest both of the contents and inside the signature. */
  readonly digest: "sha256" | "sha512";
}

const RSA_SHA256: SignatureAlgorithm = { id: 0x0103, digest: "sha256" };
const RSA_SHA512: SignatureAlgorithm = { id: 0x0104, digest: "sha512" };
const ECDSA_SHA256: SignatureAlgorithm = { id: 0x0201, digest: "sha256" };

/** Longer RSA keys sign SHA-512 like Android's own signer, since SHA-256 would be weaker than the key. */
const MAX_RSA_BITS_SHA256 = 3072;
/** Shorter RSA keys are broken; longer ones are slow to check on a device. */
const MIN_RSA_BITS = 1024;
const MAX_RSA_BITS = 16_384;

export interface Signer {
  readonly keyType: "rsa" | "ec";
  /** Of the APK schemes. */
  readonly algorithm: SignatureAlgorithm;
  /** The signer's own: X.509, DER. */
  readonly certificate: Uint8Array;
  /** X.509, DER, the signer's own first. */
  readonly certificates: readonly Uint8Array[];
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array;
  /** RSA: PKCS #1 v1.5, the same for the same data. ECDSA: DER, different each time. */
  sign(digest: SignatureAlgorithm["digest"], data: Uint8Array): Uint8Array;
}

/** Opens a key. Throws PackagingError if it is unreadable, unsupported or does not match the certificate. */
export function openSigner(key: SigningKey): Signer {
  const certificates = key.certificates.map((one) => Buffer.from(one, "base64"));
  const [own] = certificates;
  if (own === undefined) throw new PackagingError("invalid_key", "the key has no certificate");
  const { privateKey, certificate } = parse(key.private_key, certificates);
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new PackagingError("invalid_key", "the certificate is not of this private key");
  }
  const algorithm = algorithmFor(privateKey);
  return {
    keyType: algorithm === ECDSA_SHA256 ? "ec" : "rsa",
    algorithm,
    certificate: own,
    certificates,
    publicKey: certificate.publicKey.export({ type: "spki", format: "der" }),
    sign: (digest, data) => sign(digest, data, privateKey),
  };
}

/** Reads the private key, and every certificate: one that can't be read makes a file that no device installs. */
function parse(
  privateKey: string,
  certificates: readonly Buffer[],
): { privateKey: KeyObject; certificate: X509Certificate } {
  try {
    const chain = certificates.map((bytes) => new X509Certificate(bytes));
    const [certificate] = chain;
    // a certificate with something after it is read as if it were alone
    if (certificate !== undefined && chain.every(({ raw }, at) => certificates[at]?.equals(raw))) {
      return {
        privateKey: createPrivateKey({
          key: Buffer.from(privateKey, "base64"),
          format: "der",
          type: "pkcs8",
        }),
        certificate,
      };
    }
  } catch {
    // The cause is left out, since it may contain key material.
  }
  throw new PackagingError("invalid_key", "the key or its certificate can't be read");
}

function algorithmFor(key: KeyObject): SignatureAlgorithm {
  const details = key.asymmetricKeyDetails;
  if (key.asymmetricKeyType === "rsa") {
    const bits = details?.modulusLength ?? 0;
    if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS) {
      throw new PackagingError("invalid_key", `an RSA key of ${bits} bits is not supported`);
    }
    return bits > MAX_RSA_BITS_SHA256 ? RSA_SHA512 : RSA_SHA256;
  }
  if (key.asymmetricKeyType === "ec" && details?.namedCurve === "prime256v1") return ECDSA_SHA256;
  throw new PackagingError("invalid_key", "only RSA and EC P-256 keys can sign");
}
