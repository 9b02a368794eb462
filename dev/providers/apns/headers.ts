// The request headers of APNs and the payload, checked as Apple documents them ("Sending notification
// requests to APNs", tables of header fields). Stricter than Apple in one thing: apns-push-type must be there,
// which Apple demands for some devices only.
import type { IncomingHttpHeaders } from "node:http";
import type { Reason } from "./errors.ts";

/** Bytes; Voice over IP may send more. */
const MAX_PAYLOAD_BYTES = 4096;
const MAX_VOIP_PAYLOAD_BYTES = 5120;
const MAX_COLLAPSE_ID_BYTES = 64;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const TOPIC = /^[A-Za-z0-9.-]+$/;
const PUSH_TYPES = [
  "alert",
  "background",
  "location",
  "voip",
  "complication",
  "fileprovider",
  "mdm",
  "liveactivity",
  "pushtotalk",
  "widgets",
  "controls",
];

/** A header that was sent once, or undefined. */
export function single(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === "string" ? value : undefined;
}

/**
 * The first thing wrong with the headers, or null.
 * @param topic the one that the provider token's key may send to; its suffixes (`.voip`) are free
 */
export function checkHeaders(headers: IncomingHttpHeaders, topic: string): Reason | null {
  const id = single(headers, "apns-id");
  if (id !== undefined && !UUID.test(id)) return "BadMessageId";

  const asked = single(headers, "apns-topic");
  if (asked === undefined) return "MissingTopic";
  if (!TOPIC.test(asked)) return "BadTopic";
  if (asked !== topic && !asked.startsWith(`${topic}.`)) return "TopicDisallowed";

  const type = single(headers, "apns-push-type");
  if (type === undefined || !PUSH_TYPES.includes(type)) return "InvalidPushType";

  const priority = single(headers, "apns-priority") ?? "10";
  if (!["1", "5", "10"].includes(priority)) return "BadPriority";
  // A background push without a priority of its own is one of 10 too.
  if (type === "background" && priority === "10") return "BadPriority";

  const expiration = single(headers, "apns-expiration") ?? "0";
  if (!/^\d{1,10}$/.test(expiration)) return "BadExpirationDate";

  const collapseId = single(headers, "apns-collapse-id") ?? "-";
  const size = Buffer.byteLength(collapseId);
  return size === 0 || size > MAX_COLLAPSE_ID_BYTES ? "BadCollapseId" : null;
}

/**
 * The payload, or why it is refused. Apple names no reason for a body that is no JSON object; it has no
 * payload, so to say.
 */
export function readPayload(body: Buffer, type: string): { payload: object } | Reason {
  const limit = type === "voip" ? MAX_VOIP_PAYLOAD_BYTES : MAX_PAYLOAD_BYTES;
  if (body.length > limit) return "PayloadTooLarge";
  try {
    const payload: unknown = JSON.parse(body.toString());
    if (typeof payload !== "object" || payload === null || Array.isArray(payload)) {
      return "PayloadEmpty";
    }
    return { payload };
  } catch {
    return "PayloadEmpty";
  }
}
