// Validates platform_overrides. Providers refuse a message for a single unknown or mistyped field, so overrides are
// checked before a notification is accepted.
import { z } from "zod";
import type { core } from "zod";
import { examine } from "../../kit/parse.ts";
import type { PushContent } from "../../kit/push/content.ts";

const Text = z.string().max(1000);
const Url = z.url({ protocol: /^https$/, error: "must be an https URL" });

/** The fields of FCM's AndroidNotification that may be set. */
const AndroidNotification = z.strictObject({
  title: Text.optional(),
  body: Text.optional(),
  image: Url.optional(),
  icon: Text.optional(),
  color: z
    .string()
    .regex(/^#[0-9a-fA-F]{6}$/, "must be a colour of the form #rrggbb")
    .optional(),
  sound: Text.optional(),
  tag: Text.optional(),
  click_action: Text.optional(),
  channel_id: Text.optional(),
  ticker: Text.optional(),
  sticky: z.boolean().optional(),
  local_only: z.boolean().optional(),
  visibility: z.enum(["PRIVATE", "PUBLIC", "SECRET"]).optional(),
  notification_priority: z
    .enum(["PRIORITY_MIN", "PRIORITY_LOW", "PRIORITY_DEFAULT", "PRIORITY_HIGH", "PRIORITY_MAX"])
    .optional(),
  notification_count: z.int().min(0).optional(),
  default_sound: z.boolean().optional(),
  default_vibrate_timings: z.boolean().optional(),
  default_light_settings: z.boolean().optional(),
});

/** The fields are flat (docs/contracts.md, Push 8): `{"channel_id": "features", "priority": "high"}`. */
export const AndroidOverrides = AndroidNotification.extend({
  priority: z.enum(["normal", "high", "NORMAL", "HIGH"]).optional(),
  restricted_package_name: Text.optional(),
  direct_boot_ok: z.boolean().optional(),
});

/** The names of the fields of android.notification. */
export const ANDROID_NOTIFICATION_FIELDS: readonly string[] = Object.keys(
  AndroidNotification.shape,
);
/** The names of the fields of android itself, except `priority`, which is converted. */
export const ANDROID_CONFIG_FIELDS: readonly string[] = [
  "restricted_package_name",
  "direct_boot_ok",
];

const Flag = z.union([z.boolean(), z.literal(0), z.literal(1)], "must be true, false, 1 or 0");
const Sound = z.union(
  [
    Text,
    z.strictObject({
      name: Text,
      critical: z.union([z.literal(0), z.literal(1)]).optional(),
      volume: z.number().min(0).max(1).optional(),
    }),
  ],
  "must be a file's name, or an object with name, critical (0 or 1) and volume (from 0 to 1)",
);
const Interruption = z.enum(["passive", "active", "time-sensitive", "critical"]);

/** The fields of Apple's aps dictionary, with Apple's hyphens or with underscores. */
export const IosOverrides = z.strictObject({
  title: Text.optional(),
  subtitle: Text.optional(),
  body: Text.optional(),
  sound: Sound.optional(),
  badge: z.int().min(0).optional(),
  category: Text.optional(),
  thread_id: Text.optional(),
  "thread-id": Text.optional(),
  mutable_content: Flag.optional(),
  "mutable-content": Flag.optional(),
  content_available: Flag.optional(),
  "content-available": Flag.optional(),
  interruption_level: Interruption.optional(),
  "interruption-level": Interruption.optional(),
  relevance_score: z.number().min(0).max(1).optional(),
  "relevance-score": z.number().min(0).max(1).optional(),
  target_content_id: Text.optional(),
  "target-content-id": Text.optional(),
});

/** Any field, since the app's own service worker reads them. */
const WebOverrides = z.looseObject({});

const PlatformOverrides = z.strictObject({
  android: AndroidOverrides.nullish(),
  ios: IosOverrides.nullish(),
  web: WebOverrides.nullish(),
});

/** The `data` that overrides of the web may hold, among any other fields. */
const WebData = z.object({ web: z.object({ data: z.record(z.string(), z.unknown()) }) });

/** The keys of `data` that FCM reserves. */
const FCM_RESERVED = /^(from$|message_type$|google|gcm)/;
/** The keys of `data` that are taken by APNs and by our own fields. */
const APNS_RESERVED = ["aps", "slipway"];

/** Returns what a provider would refuse in overrides and data, as issues below those two names. */
export function contentProblems(
  content: Pick<PushContent, "data"> & { overrides: unknown },
): readonly core.$ZodIssue[] {
  const parsed = examine(PlatformOverrides, content.overrides);
  const issues = (parsed.isFit ? [] : parsed.issues).map((issue) => ({
    ...issue,
    path: ["platform_overrides", ...issue.path],
  }));
  const reserved = Object.keys(content.data ?? {}).filter(
    (key) => FCM_RESERVED.test(key) || APNS_RESERVED.includes(key),
  );
  // The data of a browser that FCM reaches.
  const data = WebData.safeParse(content.overrides).data?.web.data ?? {};
  const reservedOfWeb = Object.keys(data).filter((key) => FCM_RESERVED.test(key));
  return [
    ...issues,
    ...reserved.map((key) => taken(["data", key])),
    ...reservedOfWeb.map((key) => taken(["platform_overrides", "web", "data", key])),
  ];
}

function taken(path: string[]): core.$ZodIssue {
  const message = "must not use a name that push services keep for themselves";
  return { code: "custom", path, message, input: undefined };
}
