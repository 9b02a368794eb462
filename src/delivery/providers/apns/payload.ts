// Makes the payload that an iOS device receives: aps, the custom data, and our own fields under one key.
import { present } from "../json.ts";
import type { PushContent } from "../../../kit/push/content.ts";
import type { Links } from "../types.ts";
import { buildAps } from "./aps.ts";

/** Largest payload, bytes. */
export const APNS_LIMIT_BYTES = 4096;

/** Returns the payload for one recipient, as plain JSON. */
export function buildApnsPayload(content: PushContent, links: Links): Record<string, unknown> {
  const slipway = present({
    id: content.notificationId,
    url: content.url,
    image: content.image,
    actions: content.actions.length > 0 ? content.actions : null,
    click: links.click,
    receipt: links.receipt,
  });
  return { ...content.data, aps: buildAps(content), slipway };
}
