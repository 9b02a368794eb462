// Ways to make the Web Push request of one browser, each as cheap as it can be used. The floor's own does what RFC 8291 asks
// for and nothing else, so that what src/delivery adds shows.
import { createCipheriv, createECDH, hkdfSync } from "node:crypto";
import { buildPushPayload, encryptNotification } from "@block65/webcrypto-web-push";
import { encrypt } from "../../../src/delivery/providers/webpush/encrypt.ts";
import type { Subscription } from "../../requests.ts";
import type { EncryptionName, Vapid } from "../tasks.ts";

/** The size to which src/delivery pads the benchmark's message, and which the floor has for every body, bytes. */
const BODY_BYTES = 512;
/** Salt, record size, length of the key, key (RFC 8188 section 2.1). */
const HEADER_BYTES = 86;
const POINT_BYTES = 65;
const TAG_BYTES = 16;
/** How long push services keep a message, s. */
const TTL_S = 86_400;

const encoder = new TextEncoder();
const KEY_INFO = encoder.encode("WebPush: info\0");
const CEK_INFO = encoder.encode("Content-Encoding: aes128gcm\0");
const NONCE_INFO = encoder.encode("Content-Encoding: nonce\0");

/** A browser whose keys are decoded. */
export interface Browser extends Subscription {
  point: Uint8Array;
  secret: Uint8Array;
}

/** What is the same for all browsers. */
export interface Shared {
  text: string;
  plaintext: Uint8Array;
  vapid: Vapid;
  /** Headers with a signature made beforehand. */
  headers: Record<string, string>;
}

export interface Made {
  headers: Record<string, string>;
  body: Uint8Array<ArrayBuffer>;
}

/** Makes the request for one browser. */
export type Encryption = (browser: Browser, shared: Shared) => Made | Promise<Made>;

export const ENCRYPTIONS: Record<EncryptionName, Encryption> = {
  floor: (browser, { headers, plaintext }) => ({
    headers,
    body: encryptBarely(browser, plaintext),
  }),
  ours: ({ point, secret }, { headers, plaintext }) => ({
    headers,
    body: encrypt(plaintext, { point, auth: secret }),
  }),
  library: async (browser, { text, vapid }) => {
    const message = { data: text, options: { ttl: TTL_S } };
    const { headers, body } = await buildPushPayload(message, asLibrary(browser), vapid);
    return { headers, body };
  },
  "library, unpadded": async (browser, { headers, plaintext }) => ({
    headers,
    body: await encryptNotification(asLibrary(browser), plaintext, { pad: false }),
  }),
};

/** The library takes https alone, which the receiver does not speak; it only signs and never connects. */
function asLibrary({ endpoint, p256dh, auth }: Browser) {
  return {
    endpoint: endpoint.replace("http:", "https:"),
    expirationTime: null,
    keys: { p256dh, auth },
  };
}

function encryptBarely({ point, secret }: Browser, plaintext: Uint8Array): Uint8Array<ArrayBuffer> {
  const pair = createECDH("prime256v1");
  const own = pair.generateKeys();
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const info = new Uint8Array(KEY_INFO.length + 2 * POINT_BYTES);
  info.set(KEY_INFO);
  info.set(point, KEY_INFO.length);
  info.set(own, KEY_INFO.length + POINT_BYTES);
  const ikm = new Uint8Array(hkdfSync("sha256", pair.computeSecret(point), secret, info, 32));
  const key = new Uint8Array(hkdfSync("sha256", ikm, salt, CEK_INFO, 16));
  const nonce = new Uint8Array(hkdfSync("sha256", ikm, salt, NONCE_INFO, 12));
  const record = new Uint8Array(BODY_BYTES - HEADER_BYTES - TAG_BYTES);
  record.set(plaintext);
  record[plaintext.length] = 2;
  const cipher = createCipheriv("aes-128-gcm", key, nonce);
  const body = new Uint8Array(BODY_BYTES);
  body.set(salt);
  body[18] = 16; // records of 4096 bytes
  body[20] = POINT_BYTES;
  body.set(own, 21);
  body.set(cipher.update(record), HEADER_BYTES);
  cipher.final();
  body.set(cipher.getAuthTag(), BODY_BYTES - TAG_BYTES);
  return body;
}
