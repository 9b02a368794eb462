// The config of an app: what its owner sets besides name and URL. The API validates it, and the builder turns it into the
// APK's manifest, resources and assets/config.json.
import { z } from "zod";

/** Longest list of hosts that open inside the app, so that the snapshot stays small. */
export const MAX_ALLOWED_HOSTS = 50;
/** Longest user-agent suffix, characters: some servers refuse request headers above 8 KiB. */
export const MAX_USER_AGENT_SUFFIX = 200;

/** Longest name below the icon, characters: launchers show about 12, and some of two lines more. */
export const MAX_SHORT_NAME = 30;
/** Most shortcuts of an app: launchers show four (developer.android.com, "Best practices for shortcuts"). */
export const MAX_SHORTCUTS = 4;
/** Longest name of a shortcut, characters, and its short form: as many as launchers have room for, by the same page. */
export const MAX_SHORTCUT_NAME = 25;
export const MAX_SHORTCUT_SHORT_NAME = 12;
/** Longest address of a shortcut, characters: an APK has 150 KB, of which four of an app's 2,000 would take eight. */
const MAX_SHORTCUT_URL = 500;

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

/** The characters that have no place in a label: control characters. */
const CONTROLS = "\\u0000-\\u001f\\u007f-\\u009f";

/** What launchers show: trimmed, 1 to `max` characters, one of them visible, without control characters. */
const label = (max: number) =>
  z
    .string()
    .trim()
    .min(1, { abort: true })
    .max(max)
    .refine((text) => /[^\p{Z}\p{Cf}\p{DI}]/u.test(text), {
      message: "must hold a visible character",
    })
    .refine((text) => /^[^\p{Cc}\p{Cs}]*$/u.test(text), {
      message: "must not hold control characters",
    })
    .meta({ pattern: `^\\s*[^\\s${CONTROLS}]([^${CONTROLS}]*[^\\s${CONTROLS}])?\\s*$` });

/** A page of the website that people can open from the app's icon. */
export const Shortcut = z.strictObject({
  name: label(MAX_SHORTCUT_NAME).meta({
    description: "What the launcher shows, where there is room.",
    example: "Your orders",
  }),
  short_name: label(MAX_SHORTCUT_SHORT_NAME).optional().meta({
    description: "What it shows where there is less room. Where not said: the name.",
    example: "Orders",
  }),
  url: z
    .string()
    .min(1, { abort: true })
    .max(MAX_SHORTCUT_URL)
    .refine((text) => /^https?:\/\/[^\s\p{Cc}\p{Cs}]+$/iu.test(text) && URL.canParse(text), {
      message: "must be a valid URL",
    })
    .meta({
      format: "uri",
      description:
        "The page that it opens, on the host of the app's `url`, with or without `www.`. No two shortcuts have the same.",
      example: "https://example.com/orders",
    }),
});
export type Shortcut = z.infer<typeof Shortcut>;

/** Device features that a page may use; the packager maps each to Android permissions. */
export const AppPermission = z.enum(["camera", "microphone", "location", "notifications"]);
export type AppPermission = z.infer<typeof AppPermission>;

/** Longest sentence before the question for notifications, characters: a few lines on a phone. */
export const MAX_PUSH_PROMPT = 300;

/** Whether and how the app receives pushes. Where a field is not given, its default holds. */
export const PushConfig = z.strictObject({
  enabled: z.boolean().meta({
    description: "Whether the app receives pushes, and so declares the permission to notify.",
    example: true,
  }),
  play_services: z.boolean().optional().meta({
    description: "Whether Google Play services may carry them. Where not said: true.",
  }),
  poll: z.boolean().optional().meta({
    description:
      "Whether the app asks for them every 15 minutes or more where nothing carries them. Where not said: false.",
  }),
  prompt: z
    .string()
    .trim()
    .min(1)
    .max(MAX_PUSH_PROMPT)
    .optional()
    .meta({
      description:
        "A sentence that the app shows at its first start before it asks for the permission. Without, it asks when a page of " +
        "the app or a channel's code needs it or, with `notifications` among `permissions`, once someone uses it.",
      example: "We tell you when your order is ready.",
    }),
});
export type PushConfig = z.infer<typeof PushConfig>;

/** The config that an owner may give. All fields are optional, and unknown ones are refused. */
export const AppConfig = z.strictObject({
  short_name: label(MAX_SHORT_NAME).optional().meta({
    description:
      "The name below the icon, where the app's name is longer than launchers show. Where not said: the name.",
    example: "Example",
  }),
  theme_color: Color.optional().meta({
    description: "The colour of the bars around the page, as #rrggbb.",
    example: "#3366ff",
  }),
  background_color: Color.optional().meta({
    description: "The colour behind a page that is still loading, as #rrggbb.",
  }),
  icon_background: Color.optional().meta({
    description:
      "The colour behind the icon's figure, as #rrggbb; where not said, one is chosen that contrasts with it.",
  }),
  orientation: z
    .enum(["any", "portrait", "landscape"])
    .optional()
    .meta({ description: "How the screen may turn." }),
  allowed_hosts: z
    .array(HostPattern)
    .max(MAX_ALLOWED_HOSTS)
    .optional()
    .meta({
      description:
        "Hosts whose pages open inside the app, besides its own; others open in the browser. `*.` stands for " +
        "all subdomains.",
      example: ["*.example.com"],
    }),
  user_agent_suffix: z
    .string()
    .max(MAX_USER_AGENT_SUFFIX)
    .regex(/^[\x20-\x7e]*$/, "must hold printable ASCII characters only")
    .optional()
    .meta({
      description: "What is added to the User-Agent of the app's requests, in printable ASCII.",
    }),
  permissions: z
    .array(AppPermission)
    .max(AppPermission.options.length)
    .optional()
    .meta({
      description: "Features of the device that pages may use.",
      example: ["notifications"],
    }),
  fullscreen: z.boolean().optional().meta({ description: "Whether the system's bars are hidden." }),
  keep_awake: z
    .boolean()
    .optional()
    .meta({ description: "Whether the screen stays on while the app is in front." }),
  shortcuts: z.array(Shortcut).max(MAX_SHORTCUTS).optional().meta({
    description:
      "Pages that people open from the app's icon, by holding it: the first is nearest to the icon.",
  }),
  push: PushConfig.optional().meta({ description: "Whether and how the app receives pushes." }),
});
export type AppConfig = z.infer<typeof AppConfig>;

/** Changes to the config: absent fields stay, and null removes one. */
export const AppConfigChanges = z.strictObject({
  short_name: AppConfig.shape.short_name.nullable().meta({
    description:
      "The name below the icon, where the app's name is longer than launchers show; null removes it.",
    example: "Example",
  }),
  theme_color: AppConfig.shape.theme_color.nullable().meta({
    description: "The colour of the bars around the page, as #rrggbb; null removes it.",
    example: "#3366ff",
  }),
  background_color: AppConfig.shape.background_color.nullable().meta({
    description: "The colour behind a page that is still loading, as #rrggbb; null removes it.",
  }),
  icon_background: AppConfig.shape.icon_background.nullable().meta({
    description:
      "The colour behind the icon's figure, as #rrggbb; null removes it, and one is chosen.",
  }),
  orientation: AppConfig.shape.orientation
    .nullable()
    .meta({ description: "How the screen may turn; null removes it." }),
  allowed_hosts: AppConfig.shape.allowed_hosts.nullable().meta({
    description:
      "Hosts whose pages open inside the app, besides its own; others open in the browser. `*.` stands for " +
      "all subdomains; null removes it.",
    example: ["*.example.com"],
  }),
  user_agent_suffix: AppConfig.shape.user_agent_suffix.nullable().meta({
    description:
      "What is added to the User-Agent of the app's requests, in printable ASCII; null removes it.",
  }),
  permissions: AppConfig.shape.permissions.nullable().meta({
    description: "Features of the device that pages may use; null removes it.",
    example: ["notifications"],
  }),
  fullscreen: AppConfig.shape.fullscreen
    .nullable()
    .meta({ description: "Whether the system's bars are hidden; null removes it." }),
  keep_awake: AppConfig.shape.keep_awake.nullable().meta({
    description: "Whether the screen stays on while the app is in front; null removes it.",
  }),
  shortcuts: AppConfig.shape.shortcuts.nullable().meta({
    description:
      "Pages that people open from the app's icon, by holding it; replaces those that were set, and null removes them.",
  }),
  push: AppConfig.shape.push.nullable().meta({
    description:
      "Whether and how the app receives pushes; replaces what was set, and null removes it.",
  }),
});
