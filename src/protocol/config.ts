// The config of an app: what its owner sets besides name and URL. The API validates it, and the builder turns it into the
// APK's manifest, resources and assets/config.json.
import { z } from "zod";

/** Longest list of hosts that open inside the app, so that the snapshot stays small. */
export const MAX_ALLOWED_HOSTS = 50;
/** Longest user-agent suffix, characters: some servers refuse request headers above 8 KiB. */
export const MAX_USER_AGENT_SUFFIX = 200;

const Color = z
  .string()
  .regex(/^#[0-9a-fA-F]{6}$/, "must be a colour of the form #rrggbb")
  .transform((color) => color.toLowerCase());

/** A host name, or `*.` and a host name for all of its subdomains. */
const HostPattern = z
  .string()
  .toLowerCase()
  .max(253)
  .regex(
    /^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    "must be a host name such as example.com or *.example.com",
  );

/** Device features that a page may use; the packager maps each to Android permissions. */
export const AppPermission = z.enum(["camera", "microphone", "location", "notifications"]);
export type AppPermission = z.infer<typeof AppPermission>;

/** The config that an owner may give. All fields are optional, and unknown ones are refused. */
export const AppConfig = z.strictObject({
  theme_color: Color.optional(),
  background_color: Color.optional(),
  orientation: z.enum(["any", "portrait", "landscape"]).optional(),
  allowed_hosts: z.array(HostPattern).max(MAX_ALLOWED_HOSTS).optional(),
  user_agent_suffix: z
    .string()
    .max(MAX_USER_AGENT_SUFFIX)
    .regex(/^[\x20-\x7e]*$/, "must hold printable ASCII characters only")
    .optional(),
  permissions: z.array(AppPermission).max(AppPermission.options.length).optional(),
  fullscreen: z.boolean().optional(),
  keep_awake: z.boolean().optional(),
});
export type AppConfig = z.infer<typeof AppConfig>;

/** Changes to the config: absent fields stay, and null removes one. */
export const AppConfigChanges = z.strictObject({
  theme_color: AppConfig.shape.theme_color.nullable(),
  background_color: AppConfig.shape.background_color.nullable(),
  orientation: AppConfig.shape.orientation.nullable(),
  allowed_hosts: AppConfig.shape.allowed_hosts.nullable(),
  user_agent_suffix: AppConfig.shape.user_agent_suffix.nullable(),
  permissions: AppConfig.shape.permissions.nullable(),
  fullscreen: AppConfig.shape.fullscreen.nullable(),
  keep_awake: AppConfig.shape.keep_awake.nullable(),
});
