// Keys made by WebCrypto on the spot, by other means than the project's own: of browsers, providers, VAPID.

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
  const der = (await crypto.subtle.exportKey("pkcs8", privateKey)) as ArrayBuffer;
  const lines = Buffer.from(der)
    .toString("base64")
    .replaceAll(/(.{64})/g, "$1\n");
  return `-----BEGIN PRIVATE KEY-----\n${lines}\n-----END PRIVATE KEY-----\n`;
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64url");
}
