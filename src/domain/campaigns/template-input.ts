// Templates as they come in a request, and the notification content that is made of one. The fields have the names of
// the instant-send contract, since its answers to invalid input name them.
import { z } from "zod";
import { WebUrl } from "../apps/app-input.ts";
import { canonicalLanguage, LANGUAGE_LIMITS } from "../subscribers/facts/language.ts";
import {
  ContentFields,
  tooLong,
  type NotificationContent,
} from "../notifications/content-fields.ts";

/** Most translations of a template. */
const MAX_TRANSLATIONS = 100;
/** How long providers keep a message for a device that is offline, s: the push API's default. */
const TTL_S = 86_400;

const Language = z
  .string()
  .meta(LANGUAGE_LIMITS)
  .transform((text, issues) => {
    const language = canonicalLanguage(text);
    if (language) return language;
    issues.issues.push({
      code: "custom",
      message: "must be a language such as en or pt-BR",
      input: text,
    });
    return z.NEVER;
  });
/** Clients send "" to leave a link out. */
const Link = z
  .union([z.literal(""), WebUrl], { error: "must be an http or https URL" })
  .nullish()
  .transform((url) => url || null);

const Translation = z.strictObject({
  language: Language.meta({
    description: "The language, a BCP 47 tag such as en or pt-BR; none twice.",
    example: "en",
  }),
  title: ContentFields.title.meta({ description: "The title.", example: "New in 2.0" }),
  text: ContentFields.body.meta({
    description: "The text.",
    example: "Have a look at what changed.",
  }),
  image: Link.meta({
    description: "The URL of a large picture. null and an empty text stand for none.",
  }),
  icon: Link.meta({
    description: "The URL of a small picture. null and an empty text stand for the app's own.",
  }),
  link: Link.meta({
    description: "What a click opens. null and an empty text stand for what the app says.",
  }),
});
export type Translation = z.output<typeof Translation>;

export const GivenTemplate = z
  .strictObject({
    default_lang: Language.meta({
      description:
        "The language for whoever reads none of the others; one of the translations is in it.",
      example: "en",
    }),
    translations: z
      .array(Translation)
      .min(1, "must not be empty")
      .max(MAX_TRANSLATIONS)
      .meta({ description: "What it says in each language." }),
  })
  .superRefine(({ default_lang, translations }, issues) => {
    const long = tooLong(translations);
    if (long !== null) {
      issues.addIssue({ code: "custom", path: ["translations"], message: long });
    }
    const languages = translations.map(({ language }) => language);
    if (new Set(languages).size < languages.length) {
      issues.addIssue({
        code: "custom",
        path: ["translations"],
        message: "must not hold a language twice",
      });
    }
    if (!languages.includes(default_lang)) {
      issues.addIssue({
        code: "custom",
        path: ["translations"],
        message: "must hold the language of default_lang",
      });
    }
  });
export type GivenTemplate = z.output<typeof GivenTemplate>;

/**
 * The content of notifications made of a template: its default language comes first, the others as translations. That
 * of an instant send is urgent, since it is for now: every provider delivers it at once.
 */
export function contentOf(
  { default_lang, translations }: GivenTemplate,
  { instant }: { instant: boolean },
): NotificationContent {
  const first = translations.find(({ language }) => language === default_lang);
  if (!first) throw new Error(`a template lacks its default language ${default_lang}`);
  const others = translations.filter((translation) => translation !== first);
  return {
    ...textsOf(first),
    translations:
      others.length === 0
        ? null
        : Object.fromEntries(others.map((other) => [other.language, textsOf(other)])),
    actions: [],
    data: null,
    platform_overrides: null,
    ttl: TTL_S,
    urgency: instant ? "high" : "normal",
    collapse_id: null,
  };
}

function textsOf({ title, text, image, icon, link }: Translation) {
  return { title, body: text, icon, image, url: link };
}
