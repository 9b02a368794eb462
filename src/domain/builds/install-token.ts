// The token of an install link. It holds which build it is for, until when, and the generation of the build's links,
// encrypted and authenticated by AES-256-GCM (NIST SP 800-38D) with a random nonce: it can be neither guessed nor read, two
// tokens of one build have nothing in common, and nothing has to be stored for it.
import { mac } from "../../kit/crypto.ts";

/** Length of a nonce, bytes: the 96 bits of GCM. Random nonces are safe for up to 2^32 tokens under a key. */
const NONCE_BYTES = 12;
/** Bytes of a build's id: more builds than any database holds. */
const ID_BYTES = 4;
/** Bytes of the expiry, in `EXPIRY_UNIT_MS` since 1970: three centuries. */
const EXPIRY_BYTES = 5;
/** Bytes of the generation. */
const GENERATION_BYTES = 3;
const CONTENT_BYTES = ID_BYTES + EXPIRY_BYTES + GENERATION_BYTES;
/** How exactly a token says when it expires, ms. */
export const EXPIRY_UNIT_MS = 10;
/** The shortest tag that GCM has for all uses, bits: too many to guess, and each byte more makes the QR code finer. */
const TAG_BITS = 96;
const TOKEN_BYTES = NONCE_BYTES + CONTENT_BYTES + TAG_BITS / 8;
/** A token: base64url without padding. 36 bytes fill 48 characters, so that each token has one text only. */
const TOKEN = new RegExp(`^[\\w-]{${(TOKEN_BYTES * 4) / 3}}$`);
/** Keeps this key different from all others that are made of the same secret. */
const PURPOSE = "install-link";
/** Generations count up to here and begin anew: only after so many revocations within its time could a token come back. */
const GENERATIONS = 2 ** (8 * GENERATION_BYTES);

export interface InstallToken {
  buildId: number;
  /** ms, a multiple of `EXPIRY_UNIT_MS`. */
  expiresAt: number;
  generation: number;
}

/** Makes a token, another one each time. `secret` is the key of links. */
export async function makeInstallToken(
  secret: string,
  { buildId, expiresAt, generation }: InstallToken,
): Promise<string> {
  const content = Buffer.alloc(CONTENT_BYTES);
  content.writeUIntBE(buildId, 0, ID_BYTES);
  content.writeUIntBE(expiresAt / EXPIRY_UNIT_MS, ID_BYTES, EXPIRY_BYTES);
  content.writeUIntBE(generation % GENERATIONS, ID_BYTES + EXPIRY_BYTES, GENERATION_BYTES);
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const key = await keyOf(secret, "encrypt");
  const sealed = await crypto.subtle.encrypt(parameters(nonce), key, content);
  return Buffer.concat([nonce, new Uint8Array(sealed)]).toString("base64url");
}

/** Reads a token; null for a text that `makeInstallToken` did not make with this secret. */
export async function readInstallToken(secret: string, text: string): Promise<InstallToken | null> {
  if (!TOKEN.test(text)) return null;
  const bytes = new Uint8Array(Buffer.from(text, "base64url"));
  const key = await keyOf(secret, "decrypt");
  const opened = await crypto.subtle
    .decrypt(parameters(bytes.subarray(0, NONCE_BYTES)), key, bytes.subarray(NONCE_BYTES))
    .catch(() => null);
  if (opened === null) return null;
  const content = Buffer.from(opened);
  return {
    buildId: content.readUIntBE(0, ID_BYTES),
    expiresAt: content.readUIntBE(ID_BYTES, EXPIRY_BYTES) * EXPIRY_UNIT_MS,
    generation: content.readUIntBE(ID_BYTES + EXPIRY_BYTES, GENERATION_BYTES),
  };
}

/** Whether a token's generation is the present one, or lies `age` revocations before it. */
export function isOfGeneration(token: InstallToken, present: number, age = 0): boolean {
  return (token.generation + age) % GENERATIONS === present % GENERATIONS;
}

const parameters = (iv: Uint8Array) => ({ name: "AES-GCM", iv, tagLength: TAG_BITS });

async function keyOf(secret: string, usage: "encrypt" | "decrypt"): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", mac(secret, PURPOSE), "AES-GCM", false, [usage]);
}
