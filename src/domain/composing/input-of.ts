// A draft as the input of `createNotification`. What was typed wrong goes along as it is: the verb refuses it, by the name of
// its field.
import { zoneDueTimes } from "../notifications/zones.ts";
import { parseLocalTime } from "../../kit/given-time.ts";
import { offsetsOf } from "../../kit/zones.ts";
import { LIFETIME_UNITS, type DraftFields } from "./draft-fields.ts";

/** Characters of 2026-12-24T18:00. */
const TO_THE_MINUTE = 16;

/** Returns the content and the audience of a draft, without its time. */
export function contentInputOf(fields: DraftFields): Record<string, unknown> {
  const overrides = {
    android: jsonOf(fields.android),
    ios: jsonOf(fields.ios),
    web: jsonOf(fields.web),
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
