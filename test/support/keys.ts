// Keys made on the spot, by other means than the project's own: of browsers, providers, VAPID.
import * as asn1 from "../../src/kit/keystore/asn1-write.ts";
import { RSA_ENCRYPTION } from "../../src/kit/keystore/oids.ts";

/** The keys of a browser's subscription (RFC 8291), base64url. */
export async function browserKeys(): Promise<{ p256dh: string; auth: string }> {
  const pair = await newPair({ name: "ECDH", namedCurve: "P-256" }, ["deriveBits"]);
  const point = (await crypto.subtle.exportKey("raw", pair.publicKey)) as ArrayBuffer;
  return {
    p256dh: base64url(new Uint8Array(point)),
    auth: base64url(crypto.getRandomValues(new Uint8Array(16))),
  };
}

/** An RSA private key, PKCS #8 in PEM. */
export async function rsaPem(bits = 2048): Promise<string> {
  return pemOf(
    await newPair(
      {
        name: "RSASSA-PKCS1-v1_5",
        modulusLength: bits,
        publicExponent: new Uint8Array([1, 0, 1]),
        hash: "SHA-256",
      },
      ["sign", "verify"],
    ),
  );
}

/** An EC private key, PKCS #8 in PEM. */
export async function ecPem(namedCurve = "P-256"): Promise<string> {
  return pemOf(await newPair({ name: "ECDSA", namedCurve }, ["sign", "verify"]));
}

/** A VAPID pair, made by other means than the project's own. */
export async function vapidPair(): Promise<{ publicKey: string; privateKey: string }> {
  const pair = await newPair({ name: "ECDSA", namedCurve: "P-256" }, ["sign", "verify"]);
  const point = (await crypto.subtle.exportKey("raw", pair.publicKey)) as ArrayBuffer;
  const jwk = (await crypto.subtle.exportKey("jwk", pair.privateKey)) as JsonWebKey;
  return { publicKey: base64url(new Uint8Array(point)), privateKey: jwk.d ?? "" };
}

async function newPair(algorithm: object, usages: string[]): Promise<CryptoKeyPair> {
  return (await crypto.subtle.generateKey(
    algorithm as SubtleCryptoGenerateKeyAlgorithm,
    true,
    usages,
  )) as CryptoKeyPair;
}

async function pemOf({ privateKey }: CryptoKeyPair): Promise<string> {
  return pem(new Uint8Array((await crypto.subtle.exportKey("pkcs8", privateKey)) as ArrayBuffer));
}

function pem(pkcs8: Uint8Array): string {
  const lines = Buffer.from(pkcs8)
    .toString("base64")
    .replaceAll(/(.{64})/g, "$1\n");
  return `-----BEGIN PRIVATE KEY-----\n${lines}\n-----END PRIVATE KEY-----\n`;
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64url");
}

/**
 * Returns a valid RSA key of 8,676 bits in PKCS #8 and PEM. Its primes are those of Mersenne, since to find others of that
 * length takes seconds.
 */
export function longRsaPem(): string {
  const [e, p, q] = [65_537n, 2n ** 4423n - 1n, 2n ** 4253n - 1n];
  const d = inverse(e, (p - 1n) * (q - 1n));
  const parts = [p * q, e, d, p, q, d % (p - 1n), d % (q - 1n), inverse(q, p)];
  const numbers = parts.map((part) => {
    const hex = part.toString(16);
    return asn1.unsignedInteger(
      Buffer.from(hex.padStart(hex.length + (hex.length % 2), "0"), "hex"),
    );
  });
  const key = asn1.sequence(asn1.integer(0), ...numbers);
  const algorithm = asn1.sequence(asn1.oid(RSA_ENCRYPTION), asn1.NULL);
  const pkcs8 = asn1.sequence(asn1.integer(0), algorithm, asn1.octetString(key));
  return pem(pkcs8);
}

/** The inverse of `value` modulo `modulus`, by Euclid. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [a, b, x, y] = [value % modulus, modulus, 1n, 0n];
  while (b !== 0n) {
    const quotient = a / b;
    [a, b, x, y] = [b, a - quotient * b, y, x - quotient * y];
  }
  return ((x % modulus) + modulus) % modulus;
}
