// A notification as a draft: every field of its content has one of the draft, so that nothing is lost by changing it there.
import { Targeting } from "../audiences/targeting.ts";
import type { NotificationContent } from "../notifications/content-fields.ts";
import { DEFAULT_TTL_S } from "../notifications/content-fields.ts";
import type { Notification } from "../notifications/find-notification.ts";
import { wholeSeconds } from "../../kit/time.ts";
import {
  LIFETIME_UNITS,
  NOTHING_TYPED,
  OVERRIDES,
  type DraftFields,
  type LifetimeUnit,
  type OverrideName,
} from "./draft-fields.ts";
import { overrideValue } from "./input-of.ts";

/** Characters of 2026-12-24T18:00, and with seconds. */
const TO_THE_MINUTE = 16;
const TO_THE_SECOND = 19;

/**
 * The audience of a draft for which one has to be chosen, since that of its notification can't be asked for: whom another one
 * did not reach. It is refused.
 */
const NOBODY_YET = { type: "all_of", of: [] };

/** Returns what one would have typed for this content and this audience. */
export function fieldsOf(content: NotificationContent, targeting: unknown): DraftFields {
  return {
    ...NOTHING_TYPED,
    title: content.title,
    body: content.body,
    url: content.url ?? "",
    image: content.image ?? "",
    icon: content.icon ?? "",
    actions: content.actions.map(({ title, action, url = "" }) => ({ title, action, url })),
    translations: Object.entries(content.translations ?? {}).map(([language, words]) => ({
      language,
      title: words.title,
      body: words.body,
      url: words.url ?? "",
      image: words.image ?? "",
      icon: words.icon ?? "",
    })),
    urgency: content.urgency,
    ...lifetimeOf(content.ttl),
    collapse_id: content.collapse_id ?? "",
    data: jsonText(content.data),
    ...overridesOf(content.platform_overrides),
    targeting: Targeting.safeParse(targeting).success ? targeting : NOBODY_YET,
  };
}

/** Returns the same for a notification, with its schedule. */
export function fieldsOfNotification(notification: Notification): DraftFields {
  const { content, targeting, scheduledAt, scheduledLocal } = notification;
  const fields = fieldsOf(content as NotificationContent, targeting);
  if (scheduledLocal !== null) {
    return { ...fields, when: "local", scheduled_local: scheduledLocal };
  }
  if (scheduledAt === null) return fields;
  const text = wholeSeconds(scheduledAt).slice(0, TO_THE_SECOND);
  const isWholeMinute = text.endsWith(":00");
  const time = isWholeMinute ? text.slice(0, TO_THE_MINUTE) : text;
  return { ...fields, when: "at", scheduled_at: time, zone: "UTC" };
}

/** A day, which holds where none is given, stays empty; else the largest unit of which it is a whole number. */
function lifetimeOf(ttl: number): Pick<DraftFields, "ttl" | "ttl_unit"> {
  if (ttl === DEFAULT_TTL_S) return { ttl: "", ttl_unit: "hours" };
  const units = Object.entries(LIFETIME_UNITS) as [LifetimeUnit, number][];
  const [unit, seconds] = units.findLast(([, each]) => ttl % each === 0) ?? ["seconds", 1];
  return { ttl: String(ttl / seconds), ttl_unit: unit };
}

/** Splits overrides into fields of their own, where what they hold can be typed there, and the JSON of all others. */
function overridesOf(
  overrides: NotificationContent["platform_overrides"],
): Pick<DraftFields, "android" | "ios" | "web" | "overrides"> {
  const typed: DraftFields["overrides"] = {};
  const rest = (platform: "android" | "ios" | "web"): string => {
    const given = overrides?.[platform] ?? null;
    const others = Object.entries(given ?? {}).filter(([name, value]) => {
      const field = OVERRIDES.find((each) => each === `${platform}.${name}`);
      const text = field === undefined ? null : overrideText(field, value);
      if (field !== undefined && text !== null) typed[field] = text;
      return text === null;
    });
    const isSplit = others.length < Object.keys(given ?? {}).length;
    return others.length === 0 && isSplit ? "" : jsonText(given && Object.fromEntries(others));
  };
  return { android: rest("android"), ios: rest("ios"), web: rest("web"), overrides: typed };
}

/** What one would type for the value of an override; null for what means the same in no other way than as JSON. */
function overrideText(name: OverrideName, value: unknown): string | null {
  const text = typeof value === "string" || typeof value === "number" ? String(value) : "";
  return text !== "" && overrideValue(name, text) === value ? text : null;
}

const jsonText = (value: unknown) => (value === null ? "" : JSON.stringify(value, null, 2));
