// Parts of an app's config: colours, labels, shortcuts, what pages may ask for, pushes.
import { z } from "zod";

/** Longest name below the icon, characters: launchers show about 12, and some of two lines more. */
export const MAX_SHORT_NAME = 30;
/** Most shortcuts of an app: launchers show four (developer.android.com, "Best practices for shortcuts"). */
export const MAX_SHORTCUTS = 4;
/** Longest name of a shortcut, characters, and its short form: as many as launchers have room for, by the same page. */
export const MAX_SHORTCUT_NAME = 25;
export const MAX_SHORTCUT_SHORT_NAME = 12;
/** Longest address of a shortcut, characters: an APK has 150 KB, of which four of an app's 2,000 would take eight. */
const MAX_SHORTCUT_URL = 500;

export const Color = z
  .string()
  .regex(/^#[0-9a-fA-F]{6}$/, "must be a colour of the form #rrggbb")
  .transform((color) => color.toLowerCase());

/** The characters that have no place in a label: control characters. */
const CONTROLS = "\\u0000-\\u001f\\u007f-\\u009f";

/** What launchers show: trimmed, 1 to `max` characters, one of them visible, without control characters. */
export const label = (max: number) =>
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
