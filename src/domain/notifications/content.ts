// The content of a notification: its fields (content-fields.ts) as the database stores them, the translation that a
// subscriber gets, and the form that providers are given.
import { SECOND_MS } from "../../kit/time.ts";
import { canonicalLanguage } from "../subscribers/facts/language.ts";
import { readingOf } from "../subscribers/facts/speaks.ts";
import { settingsOf } from "../subscribers/push-settings.ts";
import type { PushContent } from "../../kit/push/content.ts";
import type { NotificationContent } from "./content-fields.ts";
import { shownAction, shownOverrides } from "./shown-actions.ts";

/** Picks the content's fields out of `wanted`. */
export function contentOf(wanted: NotificationContent): NotificationContent {
  return {
    title: wanted.title,
    body: wanted.body,
    icon: wanted.icon,
    image: wanted.image,
    url: wanted.url,
    actions: wanted.actions,
    data: wanted.data,
    platform_overrides: wanted.platform_overrides,
    translations: wanted.translations,
    ttl: wanted.ttl,
    urgency: wanted.urgency,
    collapse_id: wanted.collapse_id,
  };
}

/** Fields that the app fills in when a notification leaves them out. */
export interface ContentDefaults {
  icon: string | null;
  url: string | null;
}

/** The part of an app that fills in fields. `url` is its website, or empty. */
type DefaultsApp = { url: string; pushSettings: Record<string, unknown> };

/** Returns what `app` fills in: what its settings say, and else its own URL. */
export function defaultsOf(app: DefaultsApp): ContentDefaults {
  const { icon, url } = settingsDefaultsOf(app);
  return { icon, url: url ?? (app.url === "" ? null : app.url) };
}

/** Returns what the settings of `app` alone fill in. */
export function settingsDefaultsOf(app: Pick<DefaultsApp, "pushSettings">): ContentDefaults {
  const { default_icon: icon, default_url: url } = settingsOf(app);
  return { icon, url };
}

/** The fields that a translation may replace. */
export type Words = Pick<NotificationContent, "title" | "body" | "icon" | "image" | "url">;

/** Returns the fields for a subscriber's language, or else the untranslated ones. */
export function contentFor(content: NotificationContent, language: string | null): Words {
  const { title, body, icon, image, url, translations } = content;
  const name = translationsIn(Object.keys(translations ?? {}))(language);
  const words = name === null ? undefined : translations?.[name];
  if (!words) return { title, body, icon, image, url };
  return {
    title: words.title,
    body: words.body,
    icon: words.icon ?? icon,
    image: words.image ?? image,
    url: words.url ?? url,
  };
}

/** Returns what says which of the translations with these names somebody gets by their language; null for none of them. */
export function translationsIn(
  names: readonly string[],
): (language: string | null) => string | null {
  const known = new Map(names.map((name) => [canonicalLanguage(name), name]));
  return (language) => {
    const tag = readingOf(language ?? "").find((each) => known.has(each));
    return (tag === undefined ? undefined : known.get(tag)) ?? null;
  };
}

/**
 * Returns the notification `uuid` in the form that providers are given, for subscribers of `language`. It is not to
 * be delivered after `expiresAt`, ms.
 */
export function pushContent(
  content: NotificationContent,
  about: { uuid: string; defaults: ContentDefaults; expiresAt: number },
  language: string | null,
): PushContent {
  const overrides = content.platform_overrides;
  const { title, body, icon, image, url } = contentFor(content, language);
  return {
    notificationId: about.uuid,
    title,
    body,
    icon: icon ?? about.defaults.icon,
    image,
    url: url ?? about.defaults.url,
    actions: content.actions.map(shownAction),
    data: content.data,
    ttlSeconds: content.ttl,
    expiresAt: about.expiresAt,
    urgency: content.urgency,
    collapseId: content.collapse_id ?? about.uuid,
    overrides: {
      android: overrides?.android ?? null,
      ios: overrides?.ios ?? null,
      web: shownOverrides(overrides?.web ?? null),
    },
  };
}

/** Returns when a message that is sent from `startedAt`, ms, on expires, ms. */
export function expiryOf(content: NotificationContent, startedAt: number): number {
  return startedAt + content.ttl * SECOND_MS;
}
