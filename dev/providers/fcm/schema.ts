// The request of messages:send, strictly: a field that the v1 reference does not name is refused, as Google
// does. Field names may be snake_case or lowerCamelCase (the JSON form of protocol buffers takes both).
// Reference: FCM HTTP v1, "REST Resource: projects.messages".
import { z } from "zod";
import type { FieldViolation } from "./errors.ts";

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);

/** A protocol buffer message in JSON; every field may be left out. */
function message<T extends z.ZodRawShape>(shape: T) {
  return z.preprocess((value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, of]) => [snakeCase(name), of]));
  }, z.strictObject(shape).partial());
}

/** Enum names are read in any case. */
const oneOf = (...names: [string, ...string[]]) =>
  z.preprocess((value) => (typeof value === "string" ? value.toUpperCase() : value), z.enum(names));

const strings = z.record(z.string(), z.string());
const struct = z.record(z.string(), z.unknown());
/** google.protobuf.Duration: seconds with up to nine decimals. */
const duration = z.string().regex(/^\d+(\.\d{1,9})?s$/);
const level = z.number().min(0).max(1);

const Color = message({ red: level, green: level, blue: level, alpha: level });

const AndroidNotification = message({
  title: z.string(),
  body: z.string(),
  icon: z.string(),
  color: z.string().regex(/^#[0-9a-fA-F]{6}$/),
  sound: z.string(),
  tag: z.string(),
  click_action: z.string(),
  body_loc_key: z.string(),
  body_loc_args: z.array(z.string()),
  title_loc_key: z.string(),
  title_loc_args: z.array(z.string()),
  channel_id: z.string(),
  ticker: z.string(),
  sticky: z.boolean(),
  event_time: z.iso.datetime({ offset: true }),
  local_only: z.boolean(),
  notification_priority: oneOf(
    "PRIORITY_UNSPECIFIED",
    "PRIORITY_MIN",
    "PRIORITY_LOW",
    "PRIORITY_DEFAULT",
    "PRIORITY_HIGH",
    "PRIORITY_MAX",
  ),
  default_sound: z.boolean(),
  default_vibrate_timings: z.boolean(),
  default_light_settings: z.boolean(),
  vibrate_timings: z.array(duration),
  visibility: oneOf("VISIBILITY_UNSPECIFIED", "PRIVATE", "PUBLIC", "SECRET"),
  notification_count: z.int32(),
  light_settings: message({
    color: Color,
    light_on_duration: duration,
    light_off_duration: duration,
  }),
  image: z.string(),
  bypass_proxy_notification: z.boolean(),
  proxy: oneOf("PROXY_UNSPECIFIED", "ALLOW", "DENY", "IF_PRIORITY_LOWERED"),
});

const AndroidConfig = message({
  collapse_key: z.string(),
  priority: oneOf("NORMAL", "HIGH"),
  ttl: duration,
  restricted_package_name: z.string(),
  data: strings,
  notification: AndroidNotification,
  fcm_options: message({ analytics_label: z.string() }),
  direct_boot_ok: z.boolean(),
  bandwidth_constrained_ok: z.boolean(),
  restricted_satellite_ok: z.boolean(),
});

const Message = message({
  name: z.string(),
  data: strings,
  notification: message({ title: z.string(), body: z.string(), image: z.string() }),
  android: AndroidConfig,
  webpush: message({
    headers: strings,
    data: strings,
    notification: struct,
    fcm_options: message({ link: z.string(), analytics_label: z.string() }),
  }),
  apns: message({
    headers: strings,
    payload: struct,
    live_activity_token: z.string(),
    fcm_options: message({ analytics_label: z.string(), image: z.string() }),
  }),
  fcm_options: message({ analytics_label: z.string() }),
  token: z.string(),
  topic: z.string(),
  condition: z.string(),
});
export type Message = z.infer<typeof Message>;

export const SendRequest = message({ message: Message, validate_only: z.boolean() });

/** What is wrong, in Google's form: the path of the field's message or of the field itself. */
export function violations(error: z.ZodError): FieldViolation[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.map((step) => snakeCase(String(step))).join(".");
    if (issue.code !== "unrecognized_keys") {
      return [{ field: path, description: `Invalid value at '${path}': ${issue.message}` }];
    }
    return issue.keys.map((key) => ({
      field: path,
      description: `Invalid JSON payload received. Unknown name "${key}" at '${path}': Cannot find field.`,
    }));
  });
}
