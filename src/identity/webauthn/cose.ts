// The public keys of passkeys, in COSE (RFC 9052 section 7, RFC 9053, RFC 8230), and what verifies their signatures.
import { createPublicKey, verify, type KeyObject } from "node:crypto";
import { readCbor, type Cbor } from "./cbor.ts";

/** ES256, EdDSA and RS256 by their numbers: what authenticators have, the shortest keys first. */
export const ALGORITHMS = [-7, -8, -257] as const;

const ES256 = -7;
const EDDSA = -8;
const RS256 = -257;
/** The labels of a key's parts. */
const KTY = 1;
const ALG = 3;
const CRV = -1;
const X = -2;
const Y = -3;
const N = -1;
const E = -2;
/** Bytes of a coordinate on P-256, and of a key on Ed25519. */
const COORDINATE_BYTES = 32;
/** Shortest and longest RSA key that is taken, bytes of its modulus. */
const MIN_RSA_BYTES = 256;
const MAX_RSA_BYTES = 512;

/** Reads a COSE key of one of our algorithms. Returns it with its algorithm; null for any other. */
export function readKey(cose: Cbor): { algorithm: number; key: KeyObject } | null {
  if (!(cose instanceof Map)) return null;
  const jwk = jwkOf(cose);
  if (!jwk) return null;
  try {
    // It refuses a point that is not on the curve.
    const key = createPublicKey({ key: jwk, format: "jwk" });
    return { algorithm: Number(cose.get(ALG)), key };
  } catch {
    return null;
  }
}

/** Whether `signature` is the key's, over `data`. */
export function isSignedBy(cose: Uint8Array, data: Uint8Array, signature: Uint8Array): boolean {
  const read = readKey(readCbor(cose).value);
  if (!read) return false;
  // Ed25519 hashes by itself; signatures of ES256 are in DER (section 6.5.5), as Node takes them.
  return verify(read.algorithm === EDDSA ? null : "sha256", data, read.key, signature);
}

function jwkOf(cose: Map<Cbor, Cbor>): Record<string, string> | null {
  const text = (label: number, isLong: (length: number) => boolean): string | null => {
    const part = cose.get(label);
    if (!(part instanceof Uint8Array) || !isLong(part.length)) return null;
    return Buffer.from(part).toString("base64url");
  };
  const isCoordinate = (length: number) => length === COORDINATE_BYTES;
  const [kty, alg, crv] = [cose.get(KTY), cose.get(ALG), cose.get(CRV)];
  if (kty === 2 && alg === ES256 && crv === 1) {
    const [x, y] = [text(X, isCoordinate), text(Y, isCoordinate)];
    return x !== null && y !== null ? { kty: "EC", crv: "P-256", x, y } : null;
  }
  if (kty === 1 && alg === EDDSA && crv === 6) {
    const x = text(X, isCoordinate);
    return x === null ? null : { kty: "OKP", crv: "Ed25519", x };
  }
  if (kty === 3 && alg === RS256) {
    const n = text(N, (length) => length >= MIN_RSA_BYTES && length <= MAX_RSA_BYTES);
    const e = text(E, (length) => length >= 1 && length <= 4);
    return n !== null && e !== null ? { kty: "RSA", n, e } : null;
  }
  return null;
}
