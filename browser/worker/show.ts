// Shows a push as a notification, whatever it holds: a browser takes the subscription away from who shows nothing.
import type { PushMessage } from "../api.ts";

declare const self: ServiceWorkerGlobalScope;

/** What a push says. */
export interface Payload {
  title: string;
  options: NotificationOptions;
  /** For `setAppBadge`. */
  badge: number | undefined;
  receipt: string | undefined;
  /** What pages hear of it. */
  message: PushMessage;
}

/** Our part of a notification's data. */
export interface Shown {
  message: PushMessage;
  receipt: string | undefined;
  /** The signed link. */
  click: string | undefined;
  /** What the buttons open, by their names. */
  urls: Record<string, string | undefined>;
}

/** A push of the declarative kind, which the browser has read already (W3C Push API, `PushEvent.notification`). */
type Declared = PushEvent & { notification?: (Notification & { navigate?: string }) | null };
type Fields = Record<string, unknown>;

/** Those of `names` that `from` has as the type that browsers want: one of another type could void all. */
function pick(from: Fields, type: "string" | "boolean", names: string[]): Fields {
  return Object.fromEntries(
    names.filter((name) => typeof from[name] === type).map((name) => [name, from[name]]),
  );
}

/** Reads a push. What can't be read is empty. */
export function payloadOf(event: PushEvent): Payload {
  let fields: Fields = {};
  try {
    fields = fieldsOf(event);
  } catch {
    // Without data, or no JSON.
  }
  const { title, receipt, click, data } = fields;
  const actions = (Array.isArray(fields["actions"]) ? (fields["actions"] as unknown[]) : [])
    .map((given) => pick(Object(given) as Fields, "string", ["action", "title", "icon", "url"]))
    .filter((given) => "action" in given && "title" in given);
  const texts = pick(fields, "string", ["body", "icon", "image", "tag"]);
  const message = {
    ...pick(fields, "string", ["title", "url"]),
    ...texts,
    ...(data === undefined ? {} : { data }),
  } as PushMessage;
  const text = (value: unknown) => (typeof value === "string" ? value : undefined);
  const shown: Shown = {
    message,
    receipt: text(receipt),
    click: text(click),
    urls: Object.fromEntries(actions.map(({ action, url }) => [action, url])),
  };
  const { badge } = fields;
  return {
    title: text(title)?.trim() || self.location.host,
    options: {
      ...texts,
      ...pick(fields, "string", ["badge", "lang", "dir"]),
      ...pick(fields, "boolean", [
        "silent",
        "requireInteraction",
        ...(texts["tag"] ? ["renotify"] : []),
      ]),
      actions,
      data: { slipway: shown },
    } as NotificationOptions,
    badge: typeof badge === "number" ? badge : undefined,
    receipt: shown.receipt,
    message,
  };
}

function fieldsOf(event: Declared): Fields {
  const { notification } = event;
  if (!notification) return Object(event.data?.json()) as Fields;
  const { title, body, icon, tag, lang, dir, silent, navigate: click, data } = notification;
  return { title, body, icon, tag, lang, dir, silent, click, ...(data as Fields | null) };
}

/** Shows it: bare, if the browser refuses an option. */
export async function show({ title, options, badge }: Payload): Promise<void> {
  const { registration } = self;
  if (badge !== undefined) void navigator.setAppBadge?.(badge).catch(() => null);
  try {
    await registration.showNotification(title, options);
  } catch {
    await registration.showNotification(title, { data: options.data });
  }
}
