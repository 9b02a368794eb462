// Makes and checks VAPID pairs (RFC 8292): the private P-256 key signs an app's web pushes, and browsers subscribe with
// the public key.
import { fromBase64url, toBase64url } from "./base64url.ts";
import { isP256Point, P256_BYTES } from "./p256.ts";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256" } as const;
const SIGNING = { name: "ECDSA", hash: "SHA-256" } as const;

/** Both keys are base64url: 65 bytes of uncompressed point, 32 bytes of scalar. */
export interface VapidKeys {
  publicKey: string;
  privateKey: string;
}

export async function generateVapidKeys(): Promise<VapidKeys> {
  const pair = (await crypto.subtle.generateKey(ALGORITHM, true, ["sign"])) as CryptoKeyPair;
  const [point, { d }] = await Promise.all([
    crypto.subtle.exportKey("raw", pair.publicKey) as Promise<ArrayBuffer>,
    crypto.subtle.exportKey("jwk", pair.privateKey) as Promise<JsonWebKey>,
  ]);
  if (d === undefined) throw new Error("a generated private key has no scalar");
  return { publicKey: toBase64url(new Uint8Array(point)), privateKey: d };
}

/** Makes and checks a signature. Returns the pair in canonical encoding, or null if the keys don't match. */
export async function checkVapidKeys(keys: VapidKeys): Promise<VapidKeys | null> {
  const point = fromBase64url(keys.publicKey);
  const scalar = fromBase64url(keys.privateKey);
  if (point === null || !isP256Point(point) || scalar?.byteLength !== P256_BYTES) return null;
  try {
    const privateKey = await crypto.subtle.importKey(
      "jwk",
      {
        kty: "EC",
        crv: "P-256",
        x: toBase64url(point.subarray(1, 1 + P256_BYTES)),
        y: toBase64url(point.subarray(1 + P256_BYTES)),
        d: toBase64url(scalar),
      },
      ALGORITHM,
      false,
      ["sign"],
    );
    const publicKey = await crypto.subtle.importKey("raw", point, ALGORITHM, false, ["verify"]);
    const signature = await crypto.subtle.sign(SIGNING, privateKey, point);
    if (!(await crypto.subtle.verify(SIGNING, publicKey, signature, point))) return null;
  } catch {
    return null;
  }
  return { publicKey: toBase64url(point), privateKey: toBase64url(scalar) };
}
