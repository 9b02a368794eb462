// Makes the aps dictionary (developer.apple.com, "Generating a remote notification"). Pure.
import { present } from "../json.ts";
import type { Overrides, PushContent } from "../../../kit/push/content.ts";

/** Keys of aps that overrides may set, spelled as Apple does. */
const APS_FIELDS: readonly string[] = [
  "sound",
  "badge",
  "category",
  "thread-id",
  "mutable-content",
  "content-available",
  "interruption-level",
  "relevance-score",
  "target-content-id",
];

/** Makes the whole dictionary. */
export function buildAps(content: PushContent): Record<string, unknown> {
  const { title, body, overrides } = content;
  return { alert: { title, body }, ...apsOverrides(content, overrides.ios ?? {}) };
}

/**
 * Makes the entries besides the plain title and body: the overrides, and `mutable-content` for an image, which the
 * app's service extension fetches.
 */
export function apsOverrides(content: PushContent, overrides: Overrides): Record<string, unknown> {
  const known = Object.entries(overrides)
    .map(([key, value]) => [key.replaceAll("_", "-"), onOff(value)] as const)
    .filter(([key]) => APS_FIELDS.includes(key));
  const text = present({
    title: overrides["title"],
    subtitle: overrides["subtitle"],
    body: overrides["body"],
  });
  const isTextChanged = Object.keys(text).length > 0;
  return {
    ...(isTextChanged ? { alert: { title: content.title, body: content.body, ...text } } : {}),
    ...(content.image === null ? {} : { "mutable-content": 1 }),
    ...Object.fromEntries(known),
  };
}

/** Returns a flag as a number, which Apple requires, and other values as they are. */
function onOff(value: unknown): unknown {
  return typeof value === "boolean" ? Number(value) : value;
}
