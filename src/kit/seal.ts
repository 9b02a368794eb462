// Seals secrets that are stored: AES-256-GCM (NIST SP 800-38D) with WebCrypto. A sealed value is a text,
// `v1.<key id>.<base64url of nonce and ciphertext>`. It can be opened only for the row that it was sealed for, so that
// even an attacker with write access to the database can't use a secret in another row. Tokens of links are sealed too, in
// fewer bytes and with a key that is made of another secret: nothing of them is stored.
import { mac } from "./crypto.ts";

/** Length of an AES-256 key, bytes. */
const KEY_BYTES = 32;
/** Length of a nonce, bytes: the 96 bits of GCM. Random nonces are safe for up to 2^32 values under a key. */
const NONCE_BYTES = 12;
/** The shortest tag that GCM has for all uses, bits: too many to guess, and each byte more makes a QR code finer. */
const TOKEN_TAG_BITS = 96;
const VERSION = "v1";
/** The form of key ids, which must not contain dots. */
const KEY_ID = /^[A-Za-z0-9_-]{1,32}$/;

/** The keys by id. `current` is the id of the key that seals; the others only open. */
export type SealingKeys = { current: string; keys: ReadonlyMap<string, Uint8Array<ArrayBuffer>> };

/** A sealed value can't be opened: it was altered, moved to another row, or sealed with an unknown key. */
export class SealError extends Error {
  override readonly name = "SealError";
}

/**
 * Parses `k2:<base64 of 32 bytes>,k1:<...>`. The first key seals and all of them open, so a new key is added behind the
 * others, and put in front once every Worker has it. Throws RangeError for other texts, without key material in its message.
 */
export function parseSealingKeys(text: string): SealingKeys {
  const keys = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const [index, pair] of text.split(",").entries()) {
    const [id = "", material = "", ...rest] = pair.trim().split(":");
    const key = decoded(material, "base64");
    if (rest.length > 0 || !KEY_ID.test(id) || key?.length !== KEY_BYTES) {
      throw new RangeError(`sealing key ${index + 1} is not <id>:<base64 of ${KEY_BYTES} bytes>`);
    }
    if (keys.has(id)) throw new RangeError(`sealing key ${index + 1} repeats an id`);
    keys.set(id, key);
  }
  const [current = ""] = keys.keys();
  return { current, keys };
}

/** Seals `plaintext` with the current key for the row that `boundTo` names, such as "keystore:7". */
export async function seal(
  keys: SealingKeys,
  plaintext: Uint8Array,
  boundTo: string,
): Promise<string> {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const key = await aesKey(keys, keys.current, "encrypt");
  const algorithm = parameters(keys.current, boundTo, nonce);
  const ciphertext = await crypto.subtle.encrypt(algorithm, key, new Uint8Array(plaintext));
  const bytes = Buffer.concat([nonce, new Uint8Array(ciphertext)]);
  return `${VERSION}.${keys.current}.${bytes.toString("base64url")}`;
}

/** Opens a value that was sealed for the same row. Throws SealError. */
export async function open(
  keys: SealingKeys,
  sealed: string,
  boundTo: string,
): Promise<Uint8Array> {
  const [version, id = "", body = "", ...rest] = sealed.split(".");
  const bytes = decoded(body, "base64url");
  if (version !== VERSION || rest.length > 0 || bytes === undefined) {
    throw new SealError("not a sealed value");
  }
  const key = await aesKey(keys, id, "decrypt");
  const algorithm = parameters(id, boundTo, bytes.subarray(0, NONCE_BYTES));
  try {
    const ciphertext = bytes.subarray(NONCE_BYTES);
    return new Uint8Array(await crypto.subtle.decrypt(algorithm, key, ciphertext));
  } catch {
    throw new SealError("a sealed value was altered, or belongs to another row");
  }
}

/** Returns the id of the key that sealed a value, as its text says; null for a text that is no sealed value. */
export function sealedBy(sealed: string): string | null {
  const [version, id = "", , ...rest] = sealed.split(".");
  return version === VERSION && rest.length === 0 && KEY_ID.test(id) ? id : null;
}

/** The length of the token of `bytes` bytes of content, characters. Each token has one text only if 3 divides its bytes. */
export function tokenLength(bytes: number): number {
  return Math.ceil(((NONCE_BYTES + bytes + TOKEN_TAG_BITS / 8) * 4) / 3);
}

/**
 * Makes a token of `content` in base64url, another one each time: it can be neither guessed nor read. `purpose` keeps its key
 * different from all others that are made of the same secret.
 */
export async function sealToken(
  secret: string,
  purpose: string,
  content: Uint8Array<ArrayBuffer>,
): Promise<string> {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const key = await tokenKey(secret, purpose, "encrypt");
  const sealed = await crypto.subtle.encrypt(tokenParameters(nonce), key, content);
  return Buffer.concat([nonce, new Uint8Array(sealed)]).toString("base64url");
}

/** Opens a token of `bytes` bytes of content; null for a text that `sealToken` did not make for this purpose. */
export async function openToken(
  secret: string,
  purpose: string,
  text: string,
  bytes: number,
): Promise<Buffer | null> {
  const sealed = text.length === tokenLength(bytes) ? decoded(text, "base64url") : undefined;
  if (sealed === undefined) return null;
  const key = await tokenKey(secret, purpose, "decrypt");
  const opened = await crypto.subtle
    .decrypt(tokenParameters(sealed.subarray(0, NONCE_BYTES)), key, sealed.subarray(NONCE_BYTES))
    .catch(() => null);
  return opened && Buffer.from(opened);
}

const tokenParameters = (iv: Uint8Array<ArrayBuffer>) => ({
  name: "AES-GCM",
  iv,
  tagLength: TOKEN_TAG_BITS,
});

async function tokenKey(secret: string, purpose: string, usage: "encrypt" | "decrypt") {
  return crypto.subtle.importKey("raw", new Uint8Array(mac(secret, purpose)), "AES-GCM", false, [
    usage,
  ]);
}

async function aesKey(
  { keys }: SealingKeys,
  id: string,
  usage: "encrypt" | "decrypt",
): Promise<CryptoKey> {
  const key = keys.get(id);
  if (key === undefined) throw new SealError("sealed with an unknown key");
  return crypto.subtle.importKey("raw", key, "AES-GCM", false, [usage]);
}

/** Authenticates version, key id and row, so that no part of the text can be replaced. */
function parameters(id: string, boundTo: string, nonce: Uint8Array) {
  const additionalData = new TextEncoder().encode(`${VERSION}.${id}.${boundTo}`);
  return { name: "AES-GCM", iv: nonce, additionalData };
}

/** Decodes `text`, or returns undefined if it is not canonical: Buffer itself skips invalid characters. */
function decoded(
  text: string,
  encoding: "base64" | "base64url",
): Uint8Array<ArrayBuffer> | undefined {
  const bytes = Buffer.from(text, encoding);
  return bytes.toString(encoding) === text ? new Uint8Array(bytes) : undefined;
}
