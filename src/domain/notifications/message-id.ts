// The id by which a device without a link reports a message: it is in the message's data. It names the notification, and
// is authenticated for one subscriber, so that only who received the message can report it, and only for itself.
//
// It has the form of a UUID (RFC 9562 version 8), as clients expect: 6 bytes with the notification's id, then HMAC-SHA-256
// truncated to the 74 bits that version and variant leave (RFC 2104 section 5).
import { equalBytes, mac } from "../../kit/crypto.ts";
import type { PushContent } from "../../kit/push/content.ts";

/**
 * The fields of a message's data that hold the id. There are two because clients look for either. As stored, they hold
 * the notification's UUID, which is as long; that of the message takes its place when it is sent.
 */
const FIELDS = ["msg_id", "px.msg_id"] as const;
/** Bytes of an id of a notification: enough for the rows of any database. */
const ID_BYTES = 6;
const UUID_BYTES = 16;
/** Length of every message id, characters: that of a UUID as text. */
export const MESSAGE_ID_CHARACTERS = 36;
/** The byte with the version, and the byte with the variant, of a UUID. */
const VERSION_AT = 6;
const VARIANT_AT = 8;
/** Keeps these signatures different from all others under the same key. */
const PURPOSE = "message-id:";

/** The data of a notification with the UUID `uuid` whose messages are reported by their id, as it is stored. */
export function reportableData(uuid: string): Record<string, string> {
  return Object.fromEntries(FIELDS.map((field) => [field, uuid]));
}

/** The names of the fields of `reportableData`. */
export const REPORTABLE_FIELDS: readonly string[] = FIELDS;

/** Whether the data of the notification with the UUID `uuid` is that of `reportableData`. */
export function isReportable(data: Readonly<Record<string, unknown>> | null, uuid: string) {
  return FIELDS.every((field) => data?.[field] === uuid);
}

/** Returns content whose message is reported by its id with the id of the message to the subscriber `subscriberId`. */
export function identified(
  key: string,
  content: PushContent,
  notificationId: number,
  subscriberId: number,
): PushContent {
  if (!isReportable(content.data, content.notificationId)) return content;
  return withMessageId(content, messageId(key, notificationId, subscriberId));
}

/** Returns reportable content with the id of one subscriber's message. */
export function withMessageId(content: PushContent, id: string): PushContent {
  return { ...content, data: { ...content.data, ...reportableData(id) } };
}

/** Makes the id of the message that a notification is for one subscriber. */
export function messageId(key: string, notificationId: number, subscriberId: number): string {
  const bytes = Buffer.alloc(UUID_BYTES);
  bytes.set(
    signature(key, notificationId, subscriberId).subarray(0, UUID_BYTES - ID_BYTES),
    ID_BYTES,
  );
  bytes.writeUIntBE(notificationId, 0, ID_BYTES);
  bytes.writeUInt8((bytes.readUInt8(VERSION_AT) & 0x0f) | 0x80, VERSION_AT);
  bytes.writeUInt8((bytes.readUInt8(VARIANT_AT) & 0x3f) | 0x80, VARIANT_AT);
  const hex = bytes.toString("hex");
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join("-");
}

/**
 * Returns the id of the notification whose message to `subscriberId` has the id `text`, a UUID; null when it is another
 * subscriber's, or none.
 */
export function notificationOf(key: string, text: string, subscriberId: number): number | null {
  const given = text.toLowerCase();
  const notificationId = Number.parseInt(given.replaceAll("-", "").slice(0, 2 * ID_BYTES), 16);
  const expected = messageId(key, notificationId, subscriberId);
  return equalBytes(Buffer.from(expected), Buffer.from(given)) ? notificationId : null;
}

function signature(key: string, notificationId: number, subscriberId: number): Uint8Array {
  return mac(key, `${PURPOSE}${notificationId}:${subscriberId}`);
}
