// Makes the payload that is read by a website's service worker, or by an Android app without Firebase: JSON whose fields
// tell what to show.
import { present } from "../json.ts";
import type { PushContent, Urgency } from "../../../kit/push/content.ts";
import type { SubscriberPlatform } from "../../../kit/push/subscriber-platform.ts";
import type { Links } from "../types.ts";

/**
 * Returns the payload for one recipient, as plain JSON. The overrides of its `platform`, and of no other, may set every
 * field but the two links. Those of Android keep their names and values, since the app itself reads them.
 */
export function buildWebPayload(
  content: PushContent,
  links: Links,
  platform: SubscriberPlatform,
): Record<string, unknown> {
  const { title, body, icon, image, url, data } = content;
  const actions = content.actions.length > 0 ? content.actions : null;
  return {
    ...present({ title, body, icon, image, url, actions, data }),
    tag: content.collapseId,
    ...content.overrides[platform],
    click: links.click ?? undefined,
    receipt: links.receipt ?? undefined,
  };
}

/** Returns the Urgency header (RFC 8030 section 5.3). As by FCM, Android's own priority comes before the urgency. */
export function webPushUrgency(content: PushContent, platform: SubscriberPlatform): Urgency {
  const priority = platform === "android" ? content.overrides.android?.["priority"] : undefined;
  if (typeof priority !== "string") return content.urgency;
  return priority.toUpperCase() === "HIGH" ? "high" : "normal";
}
