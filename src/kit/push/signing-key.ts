// Checks private keys in the form that Google and Apple issue: PKCS #8 (RFC 5958) in PEM (RFC 7468). A key is valid
// if it can make a signature.

/** Smallest RSA modulus, bits, which RS256 requires (RFC 7518 section 3.3). */
export const MIN_RSA_BITS = 2048;
/** Longest RSA modulus, bits: Google issues 2048, and a signature takes longer by the cube (25 ms with 8192). */
export const MAX_RSA_BITS = 8192;

/** The algorithms of the providers' tokens. */
export type SigningAlgorithm = "RS256" | "ES256";

const IMPORTS = {
  RS256: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
  ES256: { name: "ECDSA", namedCurve: "P-256" },
} as const;

const SIGNS = {
  RS256: IMPORTS.RS256,
  ES256: { name: "ECDSA", hash: "SHA-256" },
} as const;

/** Whether `pem` is a private key that can sign with `algorithm`. */
export async function isSigningKey(pem: string, algorithm: SigningAlgorithm): Promise<boolean> {
  const der = derOf(pem);
  if (der === null) return false;
  try {
    const key = await crypto.subtle.importKey("pkcs8", der, IMPORTS[algorithm], false, ["sign"]);
    const { modulusLength } = key.algorithm as { modulusLength?: number };
    if (modulusLength !== undefined && !isFit(modulusLength)) return false;
    await crypto.subtle.sign(SIGNS[algorithm], key, new Uint8Array([1]));
    return true;
  } catch {
    return false;
  }
}

const isFit = (bits: number): boolean => bits >= MIN_RSA_BITS && bits <= MAX_RSA_BITS;

function derOf(pem: string): Uint8Array | null {
  const match =
    /^\s*-----BEGIN PRIVATE KEY-----\s+([A-Za-z0-9+/=\s]+)-----END PRIVATE KEY-----\s*$/.exec(pem);
  const body = match?.[1]?.replaceAll(/\s/g, "");
  return body === undefined ? null : new Uint8Array(Buffer.from(body, "base64"));
}
