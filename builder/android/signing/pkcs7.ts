// The signature block of a signed JAR: a PKCS #7 SignedData (RFC 5652 section 5) over bytes that stand in another file.
// Without signed attributes, as Android's own signer makes it: so there is no signing time, and the same key and bytes give
// the same block when the key is RSA.
import {
  NULL,
  context0,
  issuerAndSerial,
  octetString,
  oid,
  sequence,
  setOf,
  smallInteger,
} from "./der.ts";
import type { Signer } from "./signer-key.ts";

const DATA = "2a864886f70d010701";
const SIGNED_DATA = "2a864886f70d010702";
const SHA_256 = "608648016503040201";
const RSA_ENCRYPTION = "2a864886f70d010101";
const ECDSA_WITH_SHA256 = "2a8648ce3d040302";

const VERSION = smallInteger(1);

/** Signs `data` with SHA-256, which every release of Android and every Java reads, whatever the length of the key. */
export function signedData(data: Uint8Array, signer: Signer): Uint8Array {
  const digestAlgorithm = sequence(oid(SHA_256), NULL);
  // RFC 5758 section 3.2 leaves the parameters of ECDSA out
  const signatureAlgorithm =
    signer.keyType === "rsa"
      ? sequence(oid(RSA_ENCRYPTION), NULL)
      : sequence(oid(ECDSA_WITH_SHA256));
  const signerInfo = sequence(
    VERSION,
    issuerAndSerial(signer.certificate),
    digestAlgorithm,
    signatureAlgorithm,
    octetString(signer.sign("sha256", data)),
  );
  const content = sequence(
    VERSION,
    setOf(digestAlgorithm),
    sequence(oid(DATA)),
    context0(...signer.certificates),
    setOf(signerInfo),
  );
  return sequence(oid(SIGNED_DATA), context0(content));
}
