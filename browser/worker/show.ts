// Shows a push as a notification, whatever it holds: a browser takes the subscription away from who shows nothing.
import type { PushMessage } from "../api.ts";

declare const self: ServiceWorkerGlobalScope;

/** A push of the declarative kind, which the browser has read already (W3C Push API, `PushEvent.notification`). */
type Declared = PushEvent & { notification?: (Notification & { navigate?: string }) | null };

/** What a push says, unless it is of another form. */
export interface Payload extends PushMessage {
  badge?: string;
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

/** Reads a push. What can't be read is empty. */
export function payloadOf({ notification, data }: Declared): Payload {
  try {
    const given = notification
      ? { ...textsOf(notification as Payload), click: notification.navigate, ...notification.data }
      : data?.json();
    return Object(given) as Payload;
  } catch {
    return {};
  }
}

/** What pages hear of it. */
export function textsOf({ title, body, url, icon, image, tag, data }: Payload): PushMessage {
  return JSON.parse(JSON.stringify({ title, body, url, icon, image, tag, data }));
}

/** Shows it: with little more than its title, if the browser refuses the rest. */
export async function show(payload: Payload): Promise<void> {
  const { body, icon, image, badge, tag, lang, dir, silent, renotify } = payload;
  const { title, actions, requireInteraction } = payload;
  const words = String(title ?? "").trim() || self.location.host;
  const data = { slipway: payload };
  const options = { icon, image, badge, tag, lang, dir, silent, renotify, actions, requireInteraction };
  const { registration } = self;
  await registration
    .showNotification(words, { body, data, ...options } as NotificationOptions)
    .catch(() => registration.showNotification(words, { body: String(body ?? ""), data }));
}
