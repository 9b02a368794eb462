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
 * Makes the token of one recipient of one notification. Synchronous and cheap, since it is made for every recipient.
 */
export function linkToken(key: string, { appId, notificationId, subscriberId }: LinkIds): string {
  const token = Buffer.alloc(IDS_BYTES + MAC_BYTES);
  token.writeUIntBE(appId, 0, ID_BYTES);
  token.writeUIntBE(notificationId, ID_BYTES, ID_BYTES);
  token.writeUIntBE(subscriberId, 2 * ID_BYTES, ID_BYTES);
  token.set(signature(key, token), IDS_BYTES);
  return token.toString("base64url");
}

/** Returns the links of one recipient's message, at `origin`; none if that is empty. */
export function messageLinks(key: string, origin: string, ids: LinkIds) {
  if (origin === "") return { click: null, receipt: null };
  const token = linkToken(key, ids);
  return {
    click: `${origin}/public/c/${token}`,
    receipt: `${origin}/public/t/${token}/delivered`,
  };
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
