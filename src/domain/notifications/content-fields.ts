// The fields of a notification's content as requests give them, with their bounds and defaults.
import { z } from "zod";
import { integer, isWithin, label } from "../../kit/fields.ts";
import { WebUrl } from "../apps/app-input.ts";
import { canonicalLanguage } from "../subscribers/facts/language.ts";

/** Longest title, characters: no platform shows more. */
const MAX_TITLE = 255;
/** Longest body, characters: every provider's payload ends at 4 KB. */
const MAX_BODY = 4000;
/** More buttons than any platform shows (Android 3, Chrome 2, iOS 4). */
const MAX_ACTIONS = 10;
const MAX_ACTION_TITLE = 100;
/** Longest name of an action, characters. */
export const MAX_ACTION_NAME = 200;
/** Longest JSON of `data` or of one override, bytes: more fits no provider's payload. */
const MAX_JSON_BYTES = 4096;
/** Deepest nesting of `data` or of one override. */
const MAX_JSON_DEPTH = 10;
const MAX_TRANSLATIONS = 100;
/** Longest JSON of a whole content, bytes: 1.3 KB for each of the most translations. */
export const MAX_CONTENT_BYTES = 131_072;
/** Longest time to live, s: four weeks, FCM's own bound. */
const MAX_TTL_S = 2_419_200;
/** A day, s. */
export const DEFAULT_TTL_S = 86_400;
/** APNs takes no longer collapse id, bytes. */
const MAX_COLLAPSE_ID = 64;

/** Any text without control characters other than tabs and line ends, and without halves of surrogate pairs. */
const TEXT = /^(?:[^\p{Cc}\p{Cs}]|[\t\n\r])*$/u;
/**
 * The same for the OpenAPI document, whose patterns have no flags, with more than spaces; no JSON that is sent can hold
 * lone surrogates.
 */
const CONTROLS = "\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f";
const TEXT_PATTERN = `^\\s*[^\\s${CONTROLS}]([^${CONTROLS}]*[^\\s${CONTROLS}])?\\s*$`;

const encoder = new TextEncoder();

const Title = label(MAX_TITLE);

const Body = z
  .string()
  .trim()
  .min(1, { abort: true })
  .refine((text) => isWithin(text, MAX_BODY), {
    message: `must not be greater than ${MAX_BODY} characters`,
  })
  .refine((text) => TEXT.test(text), { message: "must not hold control characters" })
  .meta({ maxLength: MAX_BODY, pattern: TEXT_PATTERN });

const Url = WebUrl.nullable();

/** A button. One without a URL opens the notification's. */
const Action = z
  .strictObject({
    title: label(MAX_ACTION_TITLE).meta({ description: "What the button says.", example: "Read" }),
    action: label(MAX_ACTION_NAME).meta({
      description:
        "The button's name, by which clicks are told. `dismiss` only closes the notification.",
      example: "open_url",
    }),
    url: WebUrl.nullish().meta({
      description: "What the button opens. Without, or null, it opens the notification's `url`.",
      example: "https://example.com/read",
    }),
  })
  .transform(({ url, ...named }): StoredAction => (url ? { ...named, url } : named));
interface StoredAction {
  title: string;
  action: string;
  url?: string;
}

const Actions = z
  .array(Action)
  .max(MAX_ACTIONS)
  .refine((actions) => actions.every((action) => isAlone(action, actions)), {
    message: "must not give two URLs to one action",
  })
  .nullable()
  .transform((actions) => actions ?? [])
  .meta({
    description:
      "Buttons. They mean the same on every platform: the one whose `action` is `dismiss` closes the notification and " +
      "counts nothing; any other, such as `open_url`, opens its own `url`, or else the notification's, and counts as a " +
      "click.",
  });

/** A JSON object whose fields the owner chooses. */
const FreeForm = z
  .record(z.string(), z.unknown())
  .refine((value) => isWithinDepth(value, MAX_JSON_DEPTH), {
    message: `must not be nested deeper than ${MAX_JSON_DEPTH} levels`,
    abort: true,
  });

/** What replaces fields on one platform. */
const Override = FreeForm.superRefine((value, issues) => {
  const message = tooLongJson(value);
  if (message !== null) issues.addIssue({ code: "custom", message });
}).nullable();

const Overrides = z
  .strictObject({
    android: Override.default(null).meta({
      description: "For Android: fields of an FCM message's `android`.",
    }),
    ios: Override.default(null).meta({ description: "For iOS: fields of an APNs payload." }),
    web: Override.default(null).meta({
      description: "For browsers: options of a web notification.",
    }),
  })
  .nullable()
  .meta({
    description:
      "Fields that replace, for subscribers of one platform, what the notification says. The subscriber's `platform` " +
      "decides, whatever provider carries the message: an Android app that is reached by Web Push gets the fields of " +
      "`android` as they are given, in its payload, and a browser that is reached by FCM those of `web`.",
  });

const Translations = z
  .record(
    z.string(),
    z.strictObject({
      title: Title.meta({ description: "The title in this language.", example: "Neu in 2.0" }),
      body: Body.meta({
        description: "The text in this language.",
        example: "Schau dir an, was neu ist.",
      }),
      // Where a translation leaves these out, the notification's own are used.
      icon: Url.optional().meta({
        description: "A small picture. Without, or null, the notification's own is used.",
      }),
      image: Url.optional().meta({
        description: "A large picture. Without, or null, the notification's own is used.",
      }),
      url: Url.optional().meta({
        description: "What a click opens. Without, or null, the notification's own is used.",
      }),
    }),
  )
  .refine((given) => Object.keys(given).every(canonicalLanguage), {
    message: "must have languages such as de or pt-BR as keys",
  })
  .refine((given) => Object.keys(given).length <= MAX_TRANSLATIONS, {
    message: `must not have more than ${MAX_TRANSLATIONS} items`,
  })
  .refine(
    (given) =>
      new Set(Object.keys(given).map(canonicalLanguage)).size === Object.keys(given).length,
    {
      message: "must not name a language twice",
    },
  )
  .meta({
    description:
      "By language. A subscriber gets that of its own language, in any spelling and by any code it ever had, then in " +
      "the script that it reads, then in the language at large: zh-TW gets zh-TW, zh-Hant or zh.",
  });

/** The fields that make up a notification's content, with their defaults. */
export const ContentFields = {
  title: Title.meta({
    description: "The title, in the language of whoever has no translation of their own.",
    example: "New in 2.0",
  }),
  body: Body.meta({ description: "The text, likewise.", example: "Have a look at what changed." }),
  icon: Url.default(null).meta({
    description: "The URL of a small picture. By default, or null: that of the app's settings.",
  }),
  image: Url.default(null).meta({
    description: "The URL of a large picture. null: none.",
    example: "https://example.com/picture.png",
  }),
  url: Url.default(null).meta({
    description:
      "What a click opens. By default, or null: what the app's settings or the app itself say.",
    example: "https://example.com/new",
  }),
  actions: Actions.default([]),
  /** Its size is checked with that of the payload, so that the refusal can name the provider (sendable.ts). */
  data: FreeForm.nullable()
    .default(null)
    .meta({
      description:
        "Your own keys and values, delivered along: at most 4096 bytes of JSON, nested at most 10 levels " +
        "deep. null: none.",
      example: { order: 1001 },
    }),
  platform_overrides: Overrides.default(null),
  translations: Translations.nullable().default(null),
  ttl: integer(0, MAX_TTL_S)
    .nullable()
    .transform((ttl) => ttl ?? DEFAULT_TTL_S)
    .default(DEFAULT_TTL_S)
    .meta({
      description:
        "How long providers keep the message for a device that is offline, in seconds. null: a day.",
      example: 86400,
    }),
  urgency: z
    .enum(["very-low", "low", "normal", "high"])
    .nullable()
    .transform((urgency) => urgency ?? "normal")
    .default("normal")
    .meta({
      description:
        "How urgent the message is, as Web Push has it (RFC 8030); FCM and APNs get the priority that is " +
        "closest. null: normal.",
    }),
  /** Printable ASCII, since it travels in headers. */
  collapse_id: z
    .string()
    .regex(
      new RegExp(`^[\\x21-\\x7e]{1,${MAX_COLLAPSE_ID}}$`),
      `must be 1 to ${MAX_COLLAPSE_ID} printable ASCII characters`,
    )
    .nullable()
    .default(null)
    .meta({
      description:
        "What makes a later message replace an earlier one on the device: printable ASCII. By default, or " +
        "null: the notification's id.",
    }),
};

const NotificationContent = z.object(ContentFields);
export type NotificationContent = z.output<typeof NotificationContent>;

/** Returns what is wrong with a content that is too long to be kept, or null. */
export function tooLong(content: object): string | null {
  const isLong = encoder.encode(JSON.stringify(content)).byteLength > MAX_CONTENT_BYTES;
  return isLong ? `must not be greater than ${MAX_CONTENT_BYTES} bytes of JSON` : null;
}

/** Why the JSON of `data` or of an override is longer than any provider's message; null if it is not. */
export function tooLongJson(value: object | null): string | null {
  const bytes = value === null ? 0 : encoder.encode(JSON.stringify(value)).byteLength;
  return bytes > MAX_JSON_BYTES
    ? `must not be greater than ${MAX_JSON_BYTES} bytes of JSON, but is ${bytes}`
    : null;
}

/** Whether no other of `actions` has the name of this one and another URL: a click is told by the name alone. */
function isAlone({ action, url }: StoredAction, actions: readonly StoredAction[]): boolean {
  return actions.every((other) => other.action !== action || other.url === url);
}

function isWithinDepth(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  return levels > 0 && Object.values(value).every((item) => isWithinDepth(item, levels - 1));
}
