// Shows a push as a notification, whatever it holds: a browser takes the subscription away from who shows nothing.
import type { PushMessage } from "../api.ts";

declare const self: ServiceWorkerGlobalScope;

/** What a push declares (Declarative Web Push): its address, and in `data` what else the flat payload has. */
type Declared = Notification & { navigate: string; data: Payload | null };
/** One that the browser has read already (W3C Push API, `PushEvent.notification`): then it has no data. */
type DeclaredPush = PushEvent & { notification?: Declared | null };

/** What tells a declared push from others, where the browser knows none. */
const WEB_PUSH = 8030;

/** What a push says, unless it is of another form. */
export interface Payload extends Omit<PushMessage, "title" | "body"> {
  title?: string | number;
  body?: string | number;
  actions?: { action: string; title: string; icon?: string; url?: string }[];
  /** The signed links: to report to, and to follow. */
  receipt?: string;
  click?: string;
}

/** What pages hear of. */
export const MESSAGE = "title url data body icon image tag";
/** What browsers are told, which would void all for one that they don't understand. */
const OPTIONS = "badge actions lang dir silent renotify requireInteraction body icon image tag";

/** The fields of `from` that `names` names, as far as it has them. */
export function pick<From extends object>(from: From, names: string): Partial<From> {
  return Object.fromEntries(
    names
      .split(" ")
      .map((name) => [name, from[name as keyof From]])
      .filter(([, value]) => value),
  ) as Partial<From>;
}

/** Reads a push. What can't be read is empty. */
export function payloadOf({ notification, data }: DeclaredPush): Payload {
  try {
    if (notification) return flat(notification);
    const told = data?.json();
    return Object(told.web_push === WEB_PUSH ? flat(told.notification) : told) as Payload;
  } catch {
    return {};
  }
}

/** What a declared push is as a flat payload. */
function flat(declared: Declared): Payload {
  const { data, navigate } = declared;
  // It is the link that counts, which `data` has too, or else the URL, if there is any.
  const url = data?.click || navigate === "about:blank" ? undefined : navigate;
  return { ...pick(declared, OPTIONS + " title"), url, ...data } as Payload;
}

/** Shows it: with no more than its words, if the browser refuses the rest. */
export async function show(payload: Payload): Promise<void> {
  const title = String(payload.title ?? "").trim() || location.host;
  const data = { slipway: payload };
  await self.registration
    .showNotification(title, { ...(pick(payload, OPTIONS) as object), data })
    .catch(() =>
      self.registration.showNotification(title, { body: String(payload.body ?? ""), data }),
    );
}
