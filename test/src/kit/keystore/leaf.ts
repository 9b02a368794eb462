// What the platform's own X.509 and signatures say about a keystore.
import { X509Certificate, createPrivateKey, sign, verify } from "node:crypto";
import type { KeyObject } from "node:crypto";
import type { OpenKeystore } from "../../../../src/kit/keystore/keystore.ts";

/** The leaf, read; throws when there is none. */
export function leafOf(keystore: Pick<OpenKeystore, "certificates">): X509Certificate {
  return new X509Certificate(keystore.certificates[0] ?? new Uint8Array());
}

export function keyOf({ privateKey }: OpenKeystore): KeyObject {
  return createPrivateKey({ key: Buffer.from(privateKey), format: "der", type: "pkcs8" });
}

/** Whether the leaf verifies what the private key signs. */
export function isPair(keystore: OpenKeystore): boolean {
  const text = Buffer.from("any text");
  return verify("sha256", text, leafOf(keystore).publicKey, sign("sha256", text, keyOf(keystore)));
}

/** SHA-256 of the leaf as the platform computes it, in the form OpenKeystore has it. */
export function fingerprintOf(keystore: OpenKeystore): string {
  return leafOf(keystore).fingerprint256.replaceAll(":", "").toLowerCase();
}
