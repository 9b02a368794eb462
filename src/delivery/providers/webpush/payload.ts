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
  const { icon, image, url, actions } = platform === "android" ? inAscii(content) : content;
  const { title, body, data } = content;
  return {
    ...present({ title, body, icon, image, url }),
    ...present({ actions: actions.length > 0 ? actions : null, data }),
    tag: content.collapseId,
    ...content.overrides[platform],
    click: links.click ?? undefined,
    receipt: links.receipt ?? undefined,
  };
}

/** The addresses of a notification in ASCII: Android reads some letters of hosts otherwise than URLs do (UTS #46, section 7). */
function inAscii({ icon, image, url, actions }: PushContent) {
  return {
    icon: ascii(icon),
    image: ascii(image),
    url: ascii(url),
    actions: actions.map((one) => (one.url === undefined ? one : { ...one, url: ascii(one.url) })),
  };
}

const ascii = <Address extends string | null>(address: Address): Address | string =>
  address === null || /^[\x20-\x7e]*$/.test(address)
    ? address
    : (URL.parse(address)?.href ?? address);

/** Returns the Urgency header (RFC 8030 section 5.3). As by FCM, Android's own priority comes before the urgency. */
export function webPushUrgency(content: PushContent, platform: SubscriberPlatform): Urgency {
  const priority = platform === "android" ? content.overrides.android?.["priority"] : undefined;
  if (typeof priority !== "string") return content.urgency;
  return priority.toUpperCase() === "HIGH" ? "high" : "normal";
}
