// Encrypts a web push by RFC 8291, with the aes128gcm content coding of RFC 8188 in one record. It uses the synchronous
// node:crypto, which in workerd takes less time than a library based on WebCrypto (docs/decisions/0019-synchronous-node-crypto.md).
//
//   body = salt (16) | record size (4) | 65 | public key (65) | AES-128-GCM(plain text | 0x02 | zeros)
import { createCipheriv, createECDH, hkdfSync, type ECDH } from "node:crypto";

const CURVE = "prime256v1";
/** An uncompressed point: 0x04, x, y (SEC 1 section 2.3.3). */
export const POINT_BYTES = 65;
/** The secret that a browser shares with its senders (RFC 8291 section 3.2). */
export const AUTH_BYTES = 16;
const SALT_BYTES = 16;
const KEY_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Salt, record size, key id length, key id: the header of RFC 8188 section 2.1. */
const HEADER_BYTES = SALT_BYTES + 4 + 1 + POINT_BYTES;
/** The delimiter after the plain text of the last record (RFC 8188 section 2). */
const LAST_RECORD = 0x02;
/** How much longer an unpadded body is than its plain text, bytes. */
const OVERHEAD_BYTES = HEADER_BYTES + 1 + TAG_BYTES;

/** Largest body that every push service must accept, bytes (RFC 8030 section 7.2). */
const MAX_BODY_BYTES = 4096;
/** Largest body that Mozilla's bridge to mobile devices accepts, bytes. */
const BRIDGED_BODY_BYTES = 2847;
/** The sizes to which bodies are padded, bytes, so that their length reveals little of their content. */
export const BODY_BUCKETS: readonly number[] = [
  512,
  1024,
  2048,
  BRIDGED_BODY_BYTES,
  MAX_BODY_BYTES,
];

/** Longest plain text, bytes. */
export const WEB_PUSH_LIMIT_BYTES = MAX_BODY_BYTES - OVERHEAD_BYTES;

const RECORD_SIZE = MAX_BODY_BYTES;
const encoder = new TextEncoder();
const KEY_INFO = encoder.encode("WebPush: info\0");
const CEK_INFO = encoder.encode("Content-Encoding: aes128gcm\0");
const NONCE_INFO = encoder.encode("Content-Encoding: nonce\0");

/** The keys of a push subscription: the browser's point on P-256 (65 bytes) and the shared secret (16 bytes). */
export interface SubscriptionKeys {
  point: Uint8Array;
  auth: Uint8Array;
}

/** The parts that must be new for every message: a key pair on P-256 and 16 random bytes. */
export interface Ephemeral {
  pair: ECDH;
  /** The public key of `pair`. */
  point: Uint8Array;
  salt: Uint8Array;
}

/** Encrypts `plaintext` for `keys`, padded to the next size. Throws RangeError above the limit. */
export function encrypt(plaintext: Uint8Array, keys: SubscriptionKeys): Uint8Array<ArrayBuffer> {
  const body = BODY_BUCKETS.find((bytes) => plaintext.length + OVERHEAD_BYTES <= bytes);
  if (body === undefined) throw new RangeError(`longer than ${WEB_PUSH_LIMIT_BYTES} bytes`);
  const pair = createECDH(CURVE);
  const point = pair.generateKeys();
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
  return encryptRecord(plaintext, body - OVERHEAD_BYTES, keys, { pair, point, salt });
}

/** Encrypts `plaintext`, padded to `paddedBytes`. An Ephemeral must never be used twice. */
export function encryptRecord(
  plaintext: Uint8Array,
  paddedBytes: number,
  keys: SubscriptionKeys,
  { pair, point, salt }: Ephemeral,
): Uint8Array<ArrayBuffer> {
  const secret = pair.computeSecret(keys.point);
  const ikm = hkdf(secret, keys.auth, keyInfo(keys.point, point), 32);
  const key = hkdf(ikm, salt, CEK_INFO, KEY_BYTES);
  const nonce = hkdf(ikm, salt, NONCE_INFO, NONCE_BYTES);

  const record = new Uint8Array(paddedBytes + 1);
  record.set(plaintext);
  record[plaintext.length] = LAST_RECORD;

  const body = new Uint8Array(HEADER_BYTES + record.length + TAG_BYTES);
  body.set(salt);
  new DataView(body.buffer).setUint32(SALT_BYTES, RECORD_SIZE);
  body[SALT_BYTES + 4] = POINT_BYTES;
  body.set(point, SALT_BYTES + 5);
  const cipher = createCipheriv("aes-128-gcm", key, nonce);
  body.set(cipher.update(record), HEADER_BYTES);
  cipher.final();
  body.set(cipher.getAuthTag(), HEADER_BYTES + record.length);
  return body;
}

function hkdf(secret: Uint8Array, salt: Uint8Array, info: Uint8Array, bytes: number): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", secret, salt, info, bytes));
}

/** The info of the first derivation (RFC 8291 section 3.4). */
function keyInfo(receiver: Uint8Array, sender: Uint8Array): Uint8Array {
  const info = new Uint8Array(KEY_INFO.length + 2 * POINT_BYTES);
  info.set(KEY_INFO);
  info.set(receiver, KEY_INFO.length);
  info.set(sender, KEY_INFO.length + POINT_BYTES);
  return info;
}
