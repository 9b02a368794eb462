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
/** Most conditions in all, those of its segments included: one takes two parameters at most, and D1 binds 100 a statement. */
export const MAX_CONDITIONS = 40;
/** How often a targeting may name segments: each can be as long as a targeting, and a run keeps all of them. */
export const MAX_SEGMENTS = 10;

/** A condition that contains no others, as it is in SQL. */
type Condition =
  | { type: "all" }
  | { type: "user_ids"; ids: string[] }
  | { type: "tags"; tags: string[]; match: "any" | "all" }
  | { type: "platform"; platforms: SubscriberPlatform[] }
  | { type: "languages"; languages: string[] }
  | { type: "countries"; countries: string[] }
  | { type: "events"; events: string[] }
  // By the database's own ids, for direct sends; a request can't contain it.
  | { type: "subscribers"; ids: number[] }
  // Those whom another notification, by its UUID, did not reach (domain/reports/send-to-unreached.ts); likewise.
  | { type: "unreached"; notification: string };
/** A saved segment of the app by its id. It is one condition, and stands for all of its own. */
export type SegmentCondition = { type: "segment"; id: string };
type Tree<Leaf> = Leaf | { type: "all_of" | "any_of" | "not"; of: Tree<Leaf>[] };

/** Who gets a notification, as it was asked for and is shown. */
export type Audience = Tree<Condition | SegmentCondition>;
/**
 * The same with what its segments stand for in their place (resolve.ts). Only this can be counted and sent to, so that no
 * segment is ever left out, which would reach everybody.
 */
export type Resolved = Tree<Condition>;

const encoder = new TextEncoder();

export const EVERYBODY: Resolved = { type: "all" };

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
/** The condition that names a segment. */
export const SEGMENT = z.strictObject({
  type: typed("segment"),
  id: z.uuid().toLowerCase().meta({
    description: "The id of a saved segment of the same app.",
    example: "0b0e7c4e-5b0f-4f43-9b53-0d7cf0e0a1b2",
  }),
});

type Conditions = [z.core.$ZodTypeDiscriminable, ...z.core.$ZodTypeDiscriminable[]];
const OF_SEGMENTS: Conditions = [SIMPLE.all, ...Object.values(SIMPLE).slice(1)];
const OF_REQUESTS: Conditions = [...OF_SEGMENTS, SEGMENT];

/**
 * Audiences of at most `depth` levels of these conditions: built level by level, so that no input can make parsing recurse
 * on.
 */
function audienceOf<Whole>(conditions: Conditions, depth: number): z.ZodType<Whole> {
  const union = depth === 1 ? [] : combinationsOf(audienceOf<Whole>(conditions, depth - 1));
  return z.discriminatedUnion("type", [...conditions, ...union]) as unknown as z.ZodType<Whole>;
}

function combinationsOf(inner: z.ZodType) {
  return [
    z.strictObject({
      type: z.enum(["all_of", "any_of"]),
      of: z.array(inner).min(1).max(MAX_CONDITIONS),
    }),
    z.strictObject({ type: z.literal("not"), of: z.array(inner).length(1, "must have one item") }),
  ];
}

function bounded<Whole extends Audience>(schema: z.ZodType<Whole>) {
  return schema
    .refine((audience) => conditionsIn(audience) <= MAX_CONDITIONS, {
      message: `must not have more than ${MAX_CONDITIONS} conditions`,
    })
    .refine((audience) => segmentsIn(audience).length <= MAX_SEGMENTS, {
      message: `must not name more than ${MAX_SEGMENTS} segments`,
    })
    .refine((audience) => encoder.encode(JSON.stringify(audience)).byteLength <= MAX_BYTES, {
      message: `must not be greater than ${MAX_BYTES} bytes of JSON`,
    });
}

/** `targeting` of a request; absent or null means everybody. */
export const Targeting = bounded(audienceOf<Audience>(OF_REQUESTS, MAX_DEPTH))
  .nullable()
  .transform((audience) => audience ?? EVERYBODY)
  .default(EVERYBODY);

/** `targeting` of a segment, which names no segments itself. It has to be said that one is everybody. */
export const SegmentTargeting = bounded(audienceOf<Resolved>(OF_SEGMENTS, MAX_DEPTH));

/** How many conditions there are in all; a segment is one. */
export function conditionsIn(audience: Audience): number {
  if (!("of" in audience)) return 1;
  return 1 + audience.of.reduce((sum, inner) => sum + conditionsIn(inner), 0);
}

/** Whether an audience names no segments. */
export function isResolved(audience: Audience): audience is Resolved {
  return segmentsIn(audience).length === 0;
}

/** The ids of the segments that an audience names, each as often as it does. */
export function segmentsIn(audience: Audience): string[] {
  if ("of" in audience) return audience.of.flatMap(segmentsIn);
  return audience.type === "segment" ? [audience.id] : [];
}
