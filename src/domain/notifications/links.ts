// The signed links in each recipient's message, by which a device without a key can confirm a receipt or a click. A
// token names the app (so that requests are limited by app before anything is read), the notification and the subscriber,
// 6 bytes each, and is authenticated by 16 bytes of HMAC-SHA-256 (truncated as RFC 2104 section 5 allows): anybody who
// has one can use it, but nobody else can make one.
import { equalBytes, mac } from "../../kit/crypto.ts";

/** Bytes of an id: enough for the rows of any database. */
const ID_BYTES = 6;
const IDS_BYTES = 3 * ID_BYTES;
/** 128 bits: too many to guess. */
const MAC_BYTES = 16;
/** Length of every token, characters: base64url without padding. */
export const MAX_LINK_TOKEN = Math.ceil(((IDS_BYTES + MAC_BYTES) * 4) / 3);
/** Keeps these signatures different from all others under the same key. */
const PURPOSE = "push-link:";

export interface LinkIds {
  appId: number;
  notificationId: number;
  subscriberId: number;
}

/**
 * Makes the tokens of one notification's recipients. It is made once a batch: the key and all but the recipient's id stay
 * in place from one token to the next.
 */
export class LinkTokens {
  readonly #key: Uint8Array;
  /** What is signed: the purpose and the ids. */
  readonly #signed = Buffer.alloc(PURPOSE.length + IDS_BYTES, PURPOSE);
  /** A view of the ids in it. */
  readonly #ids = this.#signed.subarray(PURPOSE.length);
  readonly #token = Buffer.alloc(IDS_BYTES + MAC_BYTES);

  /** For tokens under `key`. */
  constructor(key: string, { appId, notificationId }: Omit<LinkIds, "subscriberId">) {
    this.#key = Buffer.from(key);
    this.#ids.writeUIntBE(appId, 0, ID_BYTES);
    this.#ids.writeUIntBE(notificationId, ID_BYTES, ID_BYTES);
  }

  /** Returns the token of one recipient. Synchronous and cheap, since it is made for every recipient. */
  of(subscriberId: number): string {
    this.#ids.writeUIntBE(subscriberId, 2 * ID_BYTES, ID_BYTES);
    this.#token.set(this.#ids);
    this.#token.set(mac(this.#key, this.#signed).subarray(0, MAC_BYTES), IDS_BYTES);
    return this.#token.toString("base64url");
  }
}

/** Makes the token of one recipient of one notification. */
export function linkToken(key: string, ids: LinkIds): string {
  return new LinkTokens(key, ids).of(ids.subscriberId);
}

/** Returns the links of the recipient with this token, at `origin`. */
export function linksBy(origin: string, token: string) {
  return {
    click: `${origin}/public/c/${token}`,
    receipt: `${origin}/public/t/${token}/delivered`,
  };
}

/** Returns the links of one recipient's message, at `origin`; none if that is empty. */
export function messageLinks(key: string, origin: string, ids: LinkIds) {
  if (origin === "") return { click: null, receipt: null };
  return linksBy(origin, linkToken(key, ids));
}

/** Returns the ids that a token names; null when `linkToken` did not make it with this key. */
export function readLink(key: string, token: string): LinkIds | null {
  const bytes = Buffer.from(token, "base64url");
  // Only the canonical text of a token is accepted: other texts can decode to the same bytes.
  if (bytes.byteLength !== IDS_BYTES + MAC_BYTES || bytes.toString("base64url") !== token) {
    return null;
  }
  if (!equalBytes(bytes.subarray(IDS_BYTES), signature(key, bytes))) return null;
  return {
    appId: bytes.readUIntBE(0, ID_BYTES),
    notificationId: bytes.readUIntBE(ID_BYTES, ID_BYTES),
    subscriberId: bytes.readUIntBE(2 * ID_BYTES, ID_BYTES),
  };
}

function signature(key: string, token: Buffer): Uint8Array {
  const ids = token.subarray(0, IDS_BYTES);
  return mac(key, Buffer.concat([Buffer.from(PURPOSE), ids])).subarray(0, MAC_BYTES);
}
