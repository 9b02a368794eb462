// A draft as the input of `createNotification`. What was typed wrong goes along as it is: the verb refuses it, by the name of
// its field.
import { zoneDueTimes } from "../notifications/zones.ts";
import { parseLocalTime } from "../../kit/given-time.ts";
import { offsetsOf } from "../../kit/zones.ts";
import { LIFETIME_UNITS, OVERRIDES, type DraftFields, type OverrideName } from "./draft-fields.ts";

/** Characters of 2026-12-24T18:00. */
const TO_THE_MINUTE = 16;

/** Returns the content and the audience of a draft, without its time. */
export function contentInputOf(fields: DraftFields): Record<string, unknown> {
  const overrides = {
    android: overrideOf(fields, "android"),
    ios: overrideOf(fields, "ios"),
    web: overrideOf(fields, "web"),
  };
  const hasOverrides = Object.values(overrides).some((each) => each !== null);
  return {
    title: fields.title,
    body: fields.body,
    url: orNull(fields.url),
    image: orNull(fields.image),
    icon: orNull(fields.icon),
    actions: fields.actions.map(({ title, action, url }, index) => ({
      title,
      action: action === "" ? `button_${index + 1}` : action,
      ...(url === "" ? {} : { url }),
    })),
    translations: translationsOf(fields),
    urgency: fields.urgency,
    ttl: ttlOf(fields),
    collapse_id: orNull(fields.collapse_id),
    data: jsonOf(fields.data),
    platform_overrides: hasOverrides ? overrides : null,
    targeting: fields.targeting,
  };
}

/** Returns when a draft is to be sent, as the API takes it: both are null for now. */
export function scheduleInputOf(fields: DraftFields): {
  scheduled_at: string | null;
  scheduled_local: string | null;
} {
  switch (fields.when) {
    case "now":
      return { scheduled_at: null, scheduled_local: null };
    case "at":
      return { scheduled_at: instantOf(fields), scheduled_local: null };
    case "local":
      return { scheduled_at: null, scheduled_local: fields.scheduled_local };
  }
}

/** Returns what makes a notification of a draft: sent now, or scheduled. */
export function inputOf(fields: DraftFields): Record<string, unknown> {
  const send = fields.when === "now" ? { send: true } : {};
  return { ...contentInputOf(fields), ...scheduleInputOf(fields), ...send };
}

/** The moment in ISO 8601; what is no time of a zone stays as it was typed. */
function instantOf({ scheduled_at: text, zone }: DraftFields): string {
  const minute = parseLocalTime(text.slice(0, TO_THE_MINUTE));
  const seconds = /^:([0-5]\d)$/.exec(text.slice(TO_THE_MINUTE))?.[1] ?? "0";
  if (minute === null || offsetsOf(zone) === null) return text;
  const at = zoneDueTimes(minute, [zone]).get(zone) ?? Number.NaN;
  return new Date(at + Number(seconds) * 1000).toISOString();
}

function translationsOf({ translations }: DraftFields): Record<string, unknown> | null {
  if (translations.length === 0) return null;
  return Object.fromEntries(
    translations.map(({ language, title, body, ...links }) => {
      const given = Object.entries(links).filter(([, url]) => url !== "");
      return [language, { title, body, ...Object.fromEntries(given) }];
    }),
  );
}

/** The JSON of a platform's overrides with the fields of their own in it; JSON that can't be read stays text. */
function overrideOf(fields: DraftFields, platform: "android" | "ios" | "web"): unknown {
  const json = jsonOf(fields[platform]);
  const typed = OVERRIDES.flatMap((name): [string, unknown][] => {
    const text = fields.overrides[name] ?? "";
    const [of, field = ""] = name.split(".");
    return of === platform && text !== "" ? [[field, overrideValue(name, text)]] : [];
  });
  if (typed.length === 0 || (json !== null && !isObject(json))) return json;
  return { ...json, ...Object.fromEntries(typed) };
}

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What is meant by the text of an override's field: a badge is a number. */
export function overrideValue(name: OverrideName, text: string): unknown {
  return name === "ios.badge" && /^\d{1,9}$/.test(text) ? Number(text) : text;
}

/** Seconds; what is no number stays text. */
function ttlOf({ ttl, ttl_unit: unit }: DraftFields): number | string | null {
  if (ttl.trim() === "") return null;
  const seconds = Number(ttl) * LIFETIME_UNITS[unit];
  return Number.isNaN(seconds) ? ttl : seconds;
}

function jsonOf(text: string): unknown {
  if (text.trim() === "") return null;
  try {
    return JSON.parse(text) ?? text;
  } catch {
    return text;
  }
}

const orNull = (text: string) => (text === "" ? null : text);
