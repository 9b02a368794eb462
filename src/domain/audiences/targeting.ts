// Who gets a notification: conditions on subscribers, as data. The conditions are defined here only; audience-sql.ts
// turns them into SQL. Whatever is not a valid condition is refused, so that a typo never sends to everybody.
import { z } from "zod";
import { SubscriberPlatform } from "../../kit/push/subscriber-platform.ts";
import { canonicalCountry, COUNTRY_PATTERN } from "../subscribers/facts/country.ts";
import { canonicalLanguage, LANGUAGE_LIMITS } from "../subscribers/facts/language.ts";
import { Named } from "../subscribers/facts/text.ts";

/** Most values in one list of tags, languages or countries. */
const MAX_VALUES = 200;
/** Most user ids in one list. */
const MAX_USER_IDS = 10_000;
/** Longest JSON, bytes: a list shows a hundred. Enough for 1,600 user ids that are UUIDs. */
export const MAX_BYTES = 65_536;
/** How deep conditions may be combined. */
export const MAX_DEPTH = 4;
/** Most conditions in all: one takes two parameters at most, and D1 binds 100 a statement. */
export const MAX_CONDITIONS = 40;

export type Audience =
  | { type: "all" }
  | { type: "user_ids"; ids: string[] }
  | { type: "tags"; tags: string[]; match: "any" | "all" }
  | { type: "platform"; platforms: SubscriberPlatform[] }
  | { type: "languages"; languages: string[] }
  | { type: "countries"; countries: string[] }
  | { type: "events"; events: string[] }
  | { type: "all_of" | "any_of" | "not"; of: Audience[] }
  // By the database's own ids, for direct sends; a request can't contain it.
  | { type: "subscribers"; ids: number[] }
  // Those whom another notification, by its UUID, did not reach (domain/reports/send-to-unreached.ts); likewise.
  | { type: "unreached"; notification: string };

const encoder = new TextEncoder();

export const EVERYBODY: Audience = { type: "all" };

/** A language or country that subscribers can have. It is kept as given, and compared in its one form. */
const Language = z
  .string()
  .refine((text) => canonicalLanguage(text), "must be a language such as de or pt-BR")
  .meta(LANGUAGE_LIMITS);
const Country = z
  .string()
  .refine((text) => canonicalCountry(text), "must be a country's two letters, such as DE")
  .meta({ pattern: COUNTRY_PATTERN });

const Countries = z.array(Country).min(1).max(MAX_VALUES);

/** What tells a condition from others. */
function typed<Type extends string>(type: Type) {
  return z.literal(type).meta({ description: "Which kind of targeting this is." });
}

/** The conditions that contain no others. */
export const SIMPLE = {
  all: z.strictObject({ type: typed("all") }),
  user_ids: z.strictObject({
    type: typed("user_ids"),
    ids: z
      .array(Named)
      .min(1)
      .max(MAX_USER_IDS)
      .meta({
        description: "Your own ids of people, as subscribers have them as `user_id`.",
        example: ["user-42"],
      }),
  }),
  tags: z.strictObject({
    type: typed("tags"),
    tags: z
      .array(Named)
      .min(1)
      .max(MAX_VALUES)
      .meta({
        description: "Tags of subscribers. Spaces at their ends do not count.",
        example: ["beta"],
      }),
    match: z.enum(["any", "all"]).default("any").meta({
      description: "Whether a subscriber must have any of the tags, or all of them.",
    }),
  }),
  platform: z.strictObject({
    type: typed("platform"),
    platforms: z
      .array(SubscriberPlatform)
      .min(1)
      .max(MAX_VALUES)
      .meta({
        description: "What subscribers are reached on.",
        example: ["web"],
      }),
  }),
  languages: z.strictObject({
    type: typed("languages"),
    languages: z
      .array(Language)
      .min(1)
      .max(MAX_VALUES)
      .meta({
        description:
          "BCP 47 tags. A language includes its regions and scripts: de includes de-AT, and zh-Hant zh-TW. Old and new " +
          "codes are one language.",
        example: ["de", "pt-BR"],
      }),
  }),
  countries: z.strictObject({
    type: typed("countries"),
    countries: Countries.meta({
      description: "ISO 3166 codes of two letters; UK is GB.",
      example: ["DE", "AT"],
    }),
  }),
  events: z.strictObject({
    type: typed("events"),
    events: z
      .array(Named)
      .min(1)
      .max(MAX_VALUES)
      .meta({
        description: "Names of lifecycle events, any of which an installation sent.",
        example: ["purchase"],
      }),
  }),
} as const;
const Simple = Object.values(SIMPLE) as [
  typeof SIMPLE.all,
  ...(typeof SIMPLE)[keyof typeof SIMPLE][],
];

/** Audiences of at most `depth` levels: built level by level, so that no input can make parsing recurse on. */
function audienceOf(depth: number): z.ZodType<Audience> {
  if (depth === 1) return z.discriminatedUnion("type", [...Simple]);
  const inner = audienceOf(depth - 1);
  return z.discriminatedUnion("type", [
    ...Simple,
    z.strictObject({
      type: z.enum(["all_of", "any_of"]),
      of: z.array(inner).min(1).max(MAX_CONDITIONS),
    }),
    z.strictObject({ type: z.literal("not"), of: z.array(inner).length(1, "must have one item") }),
  ]);
}

/** `targeting` of a request; absent or null means everybody. */
export const Targeting = audienceOf(MAX_DEPTH)
  .refine((audience) => conditionsIn(audience) <= MAX_CONDITIONS, {
    message: `must not have more than ${MAX_CONDITIONS} conditions`,
  })
  .refine((audience) => encoder.encode(JSON.stringify(audience)).byteLength <= MAX_BYTES, {
    message: `must not be greater than ${MAX_BYTES} bytes of JSON`,
  })
  .nullable()
  .transform((audience) => audience ?? EVERYBODY)
  .default(EVERYBODY);

function conditionsIn(audience: Audience): number {
  if (!("of" in audience)) return 1;
  return 1 + audience.of.reduce((sum, inner) => sum + conditionsIn(inner), 0);
}
