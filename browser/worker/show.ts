// Shows a push as a notification, whatever it holds: a browser takes the subscription away from who shows nothing.
import type { PushMessage } from "../api.ts";

declare const self: ServiceWorkerGlobalScope;

/** A push of the declarative kind, which the browser has read already (W3C Push API, `PushEvent.notification`). */
type Declared = PushEvent & { notification?: (Notification & { navigate?: string }) | null };

/** What a push says, as far as each has the type that is wanted: one of another could void all. */
export interface Payload extends PushMessage {
  badge?: string | number;
  lang?: string;
  dir?: NotificationDirection;
  silent?: boolean;
  requireInteraction?: boolean;
  renotify?: boolean;
  actions?: { action: string; title: string; icon?: string; url?: string }[];
  /** The signed links: to report to, and to follow. */
  receipt?: string;
  click?: string;
}

const TEXTS = ["title", "body", "icon", "image", "tag", "badge", "lang", "dir", "url", "receipt", "click"];
const FLAGS = ["silent", "requireInteraction", "renotify"];
const ACTION = ["action", "title", "icon", "url"];

/** The fields of `from` that are named, and have the type. */
function pick(from: any, names: string[], type = "string") {
  return Object.fromEntries(
    names.filter((name) => typeof from[name] === type).map((name) => [name, from[name]]),
  );
}

/** Reads a push. What can't be read is empty. */
export function payloadOf(event: Declared): Payload {
  let from: any;
  try {
    const { notification } = event;
    from = notification
      ? { ...pick(notification, TEXTS), click: notification.navigate, ...notification.data }
      : event.data?.json();
  } catch {
    // No JSON.
  }
  from = Object(from);
  const actions = Array.isArray(from.actions) ? from.actions : [];
  return {
    ...pick(from, TEXTS),
    ...pick(from, FLAGS, "boolean"),
    ...pick(from, ["badge"], "number"),
    ...("data" in from && { data: from.data }),
    actions: actions
      .map((each: unknown) => pick(Object(each), ACTION))
      .filter(({ action, title }: any) => action && title),
  };
}

/** Shows it: with no more than its title, if the browser refuses the rest. */
export async function show(payload: Payload): Promise<void> {
  const { title, badge, url, receipt, click, ...options } = payload;
  const words = title?.trim() || self.location.host;
  const data = { slipway: payload };
  if (typeof badge === "number") void navigator.setAppBadge?.(badge).catch(() => null);
  try {
    await self.registration.showNotification(words, {
      ...options,
      ...(typeof badge === "string" && { badge }),
      data,
    });
  } catch {
    await self.registration.showNotification(words, { data });
  }
}

/** What pages hear of it. */
export function messageOf(payload: Payload): PushMessage {
  const { title, body, url, icon, image, tag, data } = payload;
  return { title, body, url, icon, image, tag, data } as PushMessage;
}
