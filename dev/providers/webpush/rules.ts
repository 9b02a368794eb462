// What every push service demands of a push's headers and size (RFC 8030).
import type { IncomingHttpHeaders } from "node:http";

/** Largest body a push service must take, bytes (RFC 8030, section 7.2). */
export const MAX_BODY_BYTES = 4096;
/** RFC 8030, section 5.4, characters. */
const MAX_TOPIC_LENGTH = 32;
const URGENCIES = ["very-low", "low", "normal", "high"];
const KEPT_HEADERS = ["ttl", "urgency", "topic", "content-encoding"];

/** What is wrong with the headers, or null. */
export function checkHeaders(headers: IncomingHttpHeaders, bodySize: number): string | null {
  const { ttl, urgency, topic } = headers;
  if (typeof ttl !== "string" || !/^\d{1,10}$/.test(ttl)) return "BadTtl";
  if (urgency !== undefined && !URGENCIES.includes(String(urgency))) return "BadUrgency";
  if (topic !== undefined) {
    const text = String(topic);
    if (text.length > MAX_TOPIC_LENGTH || !/^[A-Za-z0-9_-]+$/.test(text)) return "BadWebPushTopic";
  }
  const encoded = headers["content-encoding"] === "aes128gcm";
  return bodySize > 0 && !encoded ? "BadContentEncoding" : null;
}

/** The headers that speak about delivery. */
export function keptHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const kept = KEPT_HEADERS.filter((name) => headers[name] !== undefined);
  return Object.fromEntries(kept.map((name) => [name, String(headers[name])]));
}
