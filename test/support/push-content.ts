// Contents of notifications, for tests of what is made of them.
import type { PushContent } from "../../src/kit/push/content.ts";

/** The time by which the contents here have an hour left, Unix ms. */
export const NOW = Date.UTC(2026, 10, 22, 12);

/** A content with little in it, frozen all through: whatever changes it throws. */
export function content(fields: Partial<PushContent> = {}): PushContent {
  return deepFreeze({
    notificationId: "e5f6a7b8-9c0d-4e2f-9a4b-5c6d7e8f9a0b",
    title: "Title",
    body: "Body",
    icon: null,
    image: null,
    url: null,
    actions: [],
    data: null,
    ttlSeconds: 3600,
    expiresAt: NOW + 3_600_000,
    urgency: "normal",
    collapseId: "sale",
    overrides: { android: null, ios: null, web: null },
    ...fields,
  });
}

/** A content with everything in it. */
export function fullContent(): PushContent {
  return content({
    icon: "https://example.com/icon.png",
    image: "https://example.com/banner.png",
    url: "https://example.com/dashboard",
    actions: [{ title: "Open", action: "open_url" }],
    data: { feature: "x", count: 2, nested: { on: true } },
    urgency: "high",
    overrides: {
      android: { channel_id: "features", priority: "normal", direct_boot_ok: true, tag: "mine" },
      ios: { sound: "default", badge: 1, category: "NEWS", thread_id: "t", mutable_content: true },
      web: { requireInteraction: true, tag: "web" },
    },
  });
}

/** The same value, which throws when anything in it is changed. */
export function deepFreeze<Value>(value: Value): Value {
  if (typeof value === "object" && value !== null) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}
