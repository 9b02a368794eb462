// What is known about the person at a device, as fields of requests: the one place where it is taken in. An owner's
// request is refused for what nobody understands. A device is not, since nobody at a device could mend it: there what is
// not understood is null, and of tags those are kept that can be.
import { z } from "zod";
import { PLAIN_PATTERN } from "../../../kit/fields.ts";
import { canonicalCountry } from "./country.ts";
import { canonicalLanguage, languageAtStart } from "./language.ts";
import { MAX_FACT, type Understood } from "./nothing.ts";
import { canonicalText, MAX_USER_ID, Tag, UserId } from "./text.ts";
import { canonicalTimeZone } from "./time-zone.ts";

/** Most tags of a subscriber that a request sets. */
export const MAX_TAGS = 50;

export const LANGUAGE_MESSAGE = "must be a BCP 47 tag such as de or pt-BR";
export const COUNTRY_MESSAGE = "must be an ISO 3166 code of two letters such as DE";
const ZONE_MESSAGE = "must be an IANA time zone such as Europe/Berlin";
const ONLY_OWNERS =
  "can only be set with an API key: a device sends a user_token, which the owner's server signs";

/** The facts in an owner's request. Fields left out stay as they are, null clears one. */
export const OwnerFacts = {
  tags: z
    .array(Tag)
    .max(MAX_TAGS)
    .nullable()
    .transform((tags) => [...new Set(tags)])
    .optional()
    .meta({
      description:
        "The subscriber's tags, in place of those it had; null clears them. Spaces at the ends of a tag are dropped.",
      example: ["beta"],
    }),
  language: given(canonicalLanguage, LANGUAGE_MESSAGE).meta({
    description:
      "A BCP 47 tag or POSIX locale. Language, script and region are kept, in their present codes: `pt_BR` is pt-BR, " +
      "`iw` is he, `en-US-u-mu-celsius` is en-US. An empty text or `und` is null, which clears it.",
    maxLength: MAX_FACT,
    example: "de-DE",
  }),
  country: given(canonicalCountry, COUNTRY_MESSAGE).meta({
    description:
      "An ISO 3166 code of two letters; `UK` is GB. An empty text is null, which clears it.",
    maxLength: MAX_FACT,
    example: "DE",
  }),
  timezone: given(canonicalTimeZone, ZONE_MESSAGE).meta({
    description:
      "An IANA time zone, by an old name too, or an offset from UTC such as `GMT+03:00`, which is Etc/GMT-3. An empty " +
      "text or `Etc/Unknown` is null, which clears it.",
    maxLength: MAX_FACT,
    example: "Europe/Berlin",
  }),
};

/** The same in what a device says of itself. */
export const DeviceFacts = {
  tags: z.unknown().transform(reportedTags).optional(),
  language: z.unknown().transform(reportedLanguage).optional(),
  country: z.unknown().transform(reported(canonicalCountry)).optional(),
  timezone: z.unknown().transform(reported(canonicalTimeZone)).optional(),
};

/** How the API documents what a device says of itself: any value is taken. */
export const DEVICE_FACTS_NOTE =
  "What a device says of itself is never refused: a language, country or time zone that is not understood is null, and " +
  `of the tags the first ${MAX_TAGS} are kept that are valid.`;

/** A user id in an owner's request: null clears it, and so does an empty text. `und` is an id like any other. */
export const OwnUserId = z
  .string()
  .transform((text, issues) => {
    if (canonicalText(text) === "") return null;
    const id = UserId.safeParse(text);
    if (id.success) return id.data;
    for (const { message } of id.error.issues) {
      issues.issues.push({ code: "custom", message, input: text });
    }
    return z.NEVER;
  })
  .nullish()
  .meta({
    maxLength: MAX_USER_ID,
    pattern: PLAIN_PATTERN,
    description:
      "Your own id of the person. Spaces at its ends are dropped. An empty text is null, which clears it.",
    example: "user-42",
  });

/** A user id in what a device says of itself: null and an empty text claim nothing, and change nothing. */
export const NoUserId = z
  .string(ONLY_OWNERS)
  .trim()
  .max(0, ONLY_OWNERS)
  .nullish()
  .transform(() => undefined);

/** Returns the language that a device reports, as far as it can be read. */
export function reportedLanguage(value: unknown): string | null | undefined {
  return reported(languageAtStart)(value);
}

/** Returns what a reported fact is: undefined if it is left out, null if it is not understood. */
export function reported(canonical: (text: string) => Understood) {
  return (value: unknown): string | null | undefined => {
    if (value === undefined) return undefined;
    return typeof value === "string" ? (canonical(value) ?? null) : null;
  };
}

/** Returns the reported tags that can be kept: undefined if they are left out or are no list. */
function reportedTags(value: unknown): string[] | undefined {
  if (value === null) return [];
  if (!Array.isArray(value)) return undefined;
  const kept = new Set<string>();
  for (const item of value) {
    if (kept.size === MAX_TAGS) break;
    const tag = Tag.safeParse(item);
    if (tag.success) kept.add(tag.data);
  }
  return [...kept];
}

function given(canonical: (text: string) => Understood, message: string) {
  return z
    .string()
    .transform((text, issues) => {
      const value = canonical(text);
      if (value !== undefined) return value;
      issues.issues.push({ code: "custom", message, input: text });
      return z.NEVER;
    })
    .nullish();
}
