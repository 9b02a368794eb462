// Makes the `message` of FCM's HTTP v1 API, without its token (firebase.google.com, REST reference v1,
// projects.messages). Pure.
import { present } from "../json.ts";
import { collapseHeader, collapseTopic } from "../collapse.ts";
import { apsOverrides } from "../apns/aps.ts";
import { APNS_PRIORITY } from "../apns/request.ts";
import { ANDROID_CONFIG_FIELDS, ANDROID_NOTIFICATION_FIELDS } from "../overrides.ts";
import type { Overrides, PushContent, Urgency } from "../../../kit/push/content.ts";
import type { SubscriberPlatform } from "../../../kit/push/subscriber-platform.ts";
import type { Links } from "../types.ts";

/** Largest message, bytes. FCM counts the keys and values that it delivers. */
export const FCM_LIMIT_BYTES = 4096;

/** Android has two priorities; high wakes a sleeping device at once. */
const ANDROID_PRIORITY: Readonly<Record<Urgency, "NORMAL" | "HIGH">> = {
  "very-low": "NORMAL",
  low: "NORMAL",
  normal: "NORMAL",
  high: "HIGH",
};

export type FcmMessage = Record<string, unknown>;

/**
 * Makes the message for one recipient, with the overrides of its `platform` and of no other. `ttl` is in seconds;
 * `expiration` is when it ends, in Unix seconds (0 for a TTL of 0). Android collapses by notification.tag, since FCM keeps
 * only four collapse keys for each device.
 */
export function buildMessage(
  content: PushContent,
  links: Links,
  platform: SubscriberPlatform,
  ttl: number,
  expiration: number,
): FcmMessage {
  const overridesOf = (part: SubscriberPlatform): Overrides =>
    (part === platform ? content.overrides[part] : null) ?? {};
  const opened = openedBy(content, overridesOf("web"));
  return {
    notification: present({ title: content.title, body: content.body, image: content.image }),
    data: buildData(content, opened, links),
    android: buildAndroid(content, ttl, overridesOf("android")),
    apns: buildApns(content, expiration, overridesOf("ios")),
    webpush: buildWebPush(content, links.click ?? opened.url, ttl, overridesOf("web")),
  };
}

/** What an app reads in `data`, which overrides of the web replace as they do in the payload of Web Push. */
interface Opened {
  url: string | null;
  actions: readonly unknown[];
  data: Readonly<Record<string, unknown>>;
}

/** Overrides of the web hold anything: what has not the form of the field they replace is as good as none. */
function openedBy(content: PushContent, overrides: Overrides): Opened {
  const { url, actions, data } = { ...content, ...overrides };
  return {
    url: typeof url === "string" ? url : null,
    actions: Array.isArray(actions) ? actions : [],
    data: typeof data === "object" && data !== null && !Array.isArray(data) ? { ...data } : {},
  };
}

/** Makes the custom data and ours. FCM accepts only strings, so other values are sent as JSON. */
function buildData(
  content: PushContent,
  { url, actions, data }: Opened,
  links: Links,
): Record<string, string> {
  const custom = Object.entries(data).map(([key, value]) => [
    key,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  const own = present({
    slipway_id: content.notificationId,
    slipway_url: url,
    slipway_click: links.click,
    slipway_receipt: links.receipt,
    slipway_actions: actions.length > 0 ? JSON.stringify(actions) : null,
  });
  return { ...(Object.fromEntries(custom) as Record<string, string>), ...own };
}

function buildAndroid(
  content: PushContent,
  ttl: number,
  overrides: Overrides,
): Record<string, unknown> {
  const { priority } = overrides;
  return {
    ...pick(overrides, ANDROID_CONFIG_FIELDS),
    ttl: `${ttl}s`,
    priority:
      typeof priority === "string" ? priority.toUpperCase() : ANDROID_PRIORITY[content.urgency],
    notification: { tag: content.collapseId, ...pick(overrides, ANDROID_NOTIFICATION_FIELDS) },
  };
}

/** Makes the part for tokens of iOS apps that use Firebase. */
function buildApns(
  content: PushContent,
  expiration: number,
  overrides: Overrides,
): Record<string, unknown> {
  const aps = apsOverrides(content, overrides);
  return {
    headers: {
      "apns-priority": APNS_PRIORITY[content.urgency],
      "apns-expiration": String(expiration),
      "apns-collapse-id": collapseHeader(content.collapseId),
    },
    ...(Object.keys(aps).length > 0 ? { payload: { aps } } : {}),
  };
}

/** Makes the part for tokens of browsers that use Firebase. A click leads to `link`. */
function buildWebPush(
  content: PushContent,
  link: string | null,
  ttl: number,
  overrides: Overrides,
): Record<string, unknown> {
  return {
    headers: {
      TTL: String(ttl),
      Urgency: content.urgency,
      Topic: collapseTopic(content.collapseId),
    },
    notification: {
      ...present({ icon: content.icon }),
      ...(content.actions.length > 0 ? { actions: content.actions } : {}),
      tag: content.collapseId,
      ...overrides,
    },
    // FCM accepts only https links.
    ...(link?.startsWith("https://") ? { fcm_options: { link } } : {}),
  };
}

function pick(overrides: Overrides, fields: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(overrides).filter(([key]) => fields.includes(key)));
}
