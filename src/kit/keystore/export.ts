// Writes a keystore as PKCS #12 (RFC 7292), encrypted like keytool of JDK 17: AES-256-CBC under PBKDF2 with
// HMAC-SHA-256, and an HMAC-SHA-256 over the whole. keytool, OpenSSL 1.1 and apksigner can open it.
import { createHash, createHmac, randomBytes } from "node:crypto";
import * as asn1 from "./asn1-write.ts";
import { FOR_MAC, pkcs12Kdf } from "./kdf.ts";
import type { OpenKeystore } from "./keystore.ts";
import * as OID from "./oids.ts";
import { WRITTEN_ITERATIONS, WRITTEN_SALT_BYTES, pbes2Encrypt } from "./pbe.ts";

const VERSION = 3;
const SHA256_BYTES = 32;

/** Makes the PKCS #12 file. `password` protects both the file and the key; keytool needs 6 characters or more. */
export function exportPkcs12(keystore: OpenKeystore, password: string): Uint8Array {
  // Links the leaf to its key; the issuers have no attributes.
  const keyId = createHash("sha1").update(keystore.privateKey).digest();
  const attributes = asn1.setOf(
    attribute(OID.FRIENDLY_NAME, asn1.bmpString(keystore.alias)),
    attribute(OID.LOCAL_KEY_ID, asn1.octetString(keyId)),
  );
  const key = pbes2Encrypt(keystore.privateKey, password);
  const keyBag = asn1.sequence(
    asn1.oid(OID.SHROUDED_KEY_BAG),
    asn1.explicit(0, asn1.sequence(key.algorithm, asn1.octetString(key.ciphertext))),
    attributes,
  );
  const certificateBags = keystore.certificates.map((bytes, index) => {
    const value = asn1.sequence(
      asn1.oid(OID.X509_CERTIFICATE),
      asn1.explicit(0, asn1.octetString(bytes)),
    );
    const bag = [asn1.oid(OID.CERT_BAG), asn1.explicit(0, value)];
    return asn1.sequence(...bag, ...(index === 0 ? [attributes] : []));
  });
  const authenticated = asn1.sequence(
    data(asn1.sequence(keyBag)),
    encryptedData(asn1.sequence(...certificateBags), password),
  );
  return new Uint8Array(
    asn1.sequence(asn1.integer(VERSION), data(authenticated), macData(authenticated, password)),
  );
}

const attribute = (name: string, value: Uint8Array): Uint8Array =>
  asn1.sequence(asn1.oid(name), asn1.setOf(value));

const data = (content: Uint8Array): Uint8Array =>
  asn1.sequence(asn1.oid(OID.DATA), asn1.explicit(0, asn1.octetString(content)));

function encryptedData(content: Uint8Array, password: string): Uint8Array {
  const { algorithm, ciphertext } = pbes2Encrypt(content, password);
  const info = asn1.sequence(asn1.oid(OID.DATA), algorithm, asn1.element(0x80, ciphertext));
  return asn1.sequence(
    asn1.oid(OID.ENCRYPTED_DATA),
    asn1.explicit(0, asn1.sequence(asn1.integer(0), info)),
  );
}

function macData(content: Uint8Array, password: string): Uint8Array {
  const salt = randomBytes(WRITTEN_SALT_BYTES);
  const input = { password, salt, iterations: WRITTEN_ITERATIONS, hash: "sha256" } as const;
  const key = pkcs12Kdf(input, FOR_MAC, SHA256_BYTES);
  const mac = createHmac("sha256", key).update(content).digest();
  const algorithm = asn1.sequence(asn1.oid(OID.SHA256), asn1.NULL);
  return asn1.sequence(
    asn1.sequence(algorithm, asn1.octetString(mac)),
    asn1.octetString(salt),
    asn1.integer(WRITTEN_ITERATIONS),
  );
}
