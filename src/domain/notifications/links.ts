// The signed links a push carries for each recipient, by which a device without any key can confirm a delivery or
// a click. A token names notification and subscriber, 6 bytes each, and is authenticated by 16 bytes of
// HMAC-SHA-256 (truncated as RFC 2104 section 5 allows): whoever has one can use it, nobody can make one.
import { equalBytes, mac } from "../../kit/mac.ts";

/** Bytes of an id: rows enough for any database. */
const ID_BYTES = 6;
const IDS_BYTES = 2 * ID_BYTES;
/** 128 bits: beyond guessing. */
const MAC_BYTES = 16;
/** Characters of a token, base64url without padding: all are this long. */
export const MAX_LINK_TOKEN = Math.ceil(((IDS_BYTES + MAC_BYTES) * 4) / 3);
/** Keeps these signatures apart from all others under the same key. */
const PURPOSE = "push-link:";

export interface LinkIds {
  notificationId: number;
  subscriberId: number;
}

/** The token of one recipient of one notification. Synchronous and cheap: it is made once a recipient. */
export function linkToken(key: string, notificationId: number, subscriberId: number): string {
  const token = Buffer.alloc(IDS_BYTES + MAC_BYTES);
  token.writeUIntBE(notificationId, 0, ID_BYTES);
  token.writeUIntBE(subscriberId, ID_BYTES, ID_BYTES);
  token.set(signature(key, token), IDS_BYTES);
  return token.toString("base64url");
}

/** What a token names; null for one that `linkToken` did not make with this key. */
export function readLink(key: string, token: string): LinkIds | null {
  const bytes = Buffer.from(token, "base64url");
  // a token has one text only: what decodes to the same bytes is not the same token
  if (bytes.byteLength !== IDS_BYTES + MAC_BYTES || bytes.toString("base64url") !== token) {
    return null;
  }
  if (!equalBytes(bytes.subarray(IDS_BYTES), signature(key, bytes))) return null;
  return {
    notificationId: bytes.readUIntBE(0, ID_BYTES),
    subscriberId: bytes.readUIntBE(ID_BYTES, ID_BYTES),
  };
}

function signature(key: string, token: Buffer): Uint8Array {
  const ids = token.subarray(0, IDS_BYTES);
  return mac(key, Buffer.concat([Buffer.from(PURPOSE), ids])).subarray(0, MAC_BYTES);
}
