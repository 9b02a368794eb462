// The aps dictionary (developer.apple.com, "Generating a remote notification"). Pure; overrides are read,
// never changed.
import { present } from "../json.ts";
import type { PushContent } from "../../../kit/push/content.ts";

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

/** aps with its alert. */
export function buildAps(content: PushContent): Record<string, unknown> {
  return { alert: { title: content.title, body: content.body }, ...apsOverrides(content) };
}

/**
 * What aps holds beside the plain title and body: the overrides, and `mutable-content` when an image waits
 * to be fetched by the app's service extension.
 */
export function apsOverrides(content: PushContent): Record<string, unknown> {
  const overrides = content.overrides.ios ?? {};
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

/** Apple writes its flags as numbers. */
function onOff(value: unknown): unknown {
  return typeof value === "boolean" ? Number(value) : value;
}
