// What FCM checks in a well-formed Message: one target, TTL, reserved keys, size.
// Reference: FCM HTTP v1, "REST Resource: projects.messages"; "Message types", payload limit.
import type { FieldViolation } from "./errors.ts";
import type { Message } from "./schema.ts";

/** Payload limit of one platform's message, bytes. */
const MAX_PAYLOAD_BYTES = 4096;
/** Four weeks, s. */
const MAX_TTL_S = 2_419_200;
/** Keys of `data` that FCM uses itself. */
const RESERVED_KEY = /^(from|message_type|google\..*|gcm\.notification\..*)$/;

/** Bytes of the parts that are there, as JSON: FCM does not say how it counts, this errs on the strict side. */
function jsonBytes(parts: Record<string, unknown>): number {
  const text = JSON.stringify(parts);
  return text === "{}" ? 0 : Buffer.byteLength(text);
}

/** What each platform's devices would get, bytes. */
function sizes(message: Message): Record<string, number> {
  const { data, notification, android, apns, webpush } = message;
  const own = { data: android?.data, notification: android?.notification };
  return {
    Android: jsonBytes({ data, notification, android: jsonBytes(own) > 0 ? own : undefined }),
    APNs: jsonBytes({ payload: apns?.payload }),
    "Web Push": jsonBytes({ data: webpush?.data, notification: webpush?.notification }),
  };
}

/** Everything wrong with the message but its token. */
export function checkMessage(message: Message): FieldViolation[] {
  const found: FieldViolation[] = [];
  const { token, topic, condition, data, android } = message;
  if ([token, topic, condition].filter((target) => target !== undefined).length !== 1) {
    const description = "Recipient of the message is not set, or set more than once.";
    found.push({ field: "message", description });
  }
  const ttl = android?.ttl;
  if (ttl !== undefined && Number(ttl.slice(0, -1)) > MAX_TTL_S) {
    found.push({ field: "message.android.ttl", description: `TTL above ${MAX_TTL_S} s: ${ttl}` });
  }
  const maps = { "message.data": data, "message.android.data": android?.data };
  for (const [field, map] of Object.entries(maps)) {
    const reserved = Object.keys(map ?? {}).filter((key) => RESERVED_KEY.test(key));
    for (const key of reserved) found.push({ field, description: `Reserved data key: ${key}` });
  }
  for (const [platform, size] of Object.entries(sizes(message))) {
    if (size <= MAX_PAYLOAD_BYTES) continue;
    const description = `${platform} message is too big: ${size} bytes`;
    found.push({ field: "message", description });
  }
  return found;
}
