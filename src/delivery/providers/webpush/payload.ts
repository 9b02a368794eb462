// Makes the payload that the website's service worker receives: JSON whose fields it passes to showNotification.
import { present } from "../json.ts";
import type { PushContent } from "../../../kit/push/content.ts";
import type { Links } from "../types.ts";

/** Returns the payload for one recipient, as plain JSON. Overrides may set every field but the two links. */
export function buildWebPayload(content: PushContent, links: Links): Record<string, unknown> {
  const { title, body, icon, image, url, data } = content;
  const actions = content.actions.length > 0 ? content.actions : null;
  return {
    ...present({ title, body, icon, image, url, actions, data }),
    tag: content.collapseId,
    ...content.overrides.web,
    click: links.click ?? undefined,
    receipt: links.receipt ?? undefined,
  };
}
