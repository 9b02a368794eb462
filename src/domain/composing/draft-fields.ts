// What a draft holds: what people typed into the composer, right or wrong. Whether it can be sent is looked at when it is to
// be. Names are the API's, so that what is wrong with a field can be shown at it.
import { z } from "zod";
import { MAX_BYTES as MAX_TARGETING_BYTES } from "../audiences/targeting.ts";
import { MAX_CONTENT_BYTES } from "../notifications/content-fields.ts";

/**
 * Most JSON of a draft, bytes: the longest content and the longest targeting that a notification can have, and as much as
 * a quarter for what quotes in JSON that is kept as text take.
 */
export const MAX_DRAFT_BYTES = Math.ceil((MAX_CONTENT_BYTES + MAX_TARGETING_BYTES) * 1.25);
/** Most buttons and translations of a draft: what a notification can have, and one row too many, so that it can be told. */
const MAX_BUTTONS = 11;
const MAX_LANGUAGES = 101;

/** Most fields of the audience builder: forms have not more than a thousand in all. */
const MAX_AUDIENCE_FIELDS = 1000;

/** The overrides that have a field of their own: what the API's contract names. */
export const OVERRIDES = [
  "android.channel_id",
  "android.priority",
  "ios.sound",
  "ios.badge",
  "ios.category",
] as const;
export type OverrideName = (typeof OVERRIDES)[number];

const Typed = z.string().default("");

const Button = z.strictObject({ title: Typed, action: Typed, url: Typed });

const Translation = z.strictObject({
  language: z.string(),
  title: Typed,
  body: Typed,
  url: Typed,
  image: Typed,
  icon: Typed,
});

/** Units of a lifetime, s. */
export const LIFETIME_UNITS = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 } as const;
export type LifetimeUnit = keyof typeof LIFETIME_UNITS;

export const DraftFields = z
  .strictObject({
    title: Typed,
    body: Typed,
    url: Typed,
    image: Typed,
    icon: Typed,
    actions: z.array(Button).max(MAX_BUTTONS).default([]),
    translations: z.array(Translation).max(MAX_LANGUAGES).default([]),
    urgency: z.string().default("normal"),
    /** How long it is worth something, in its unit; "" for a day. */
    ttl: Typed,
    ttl_unit: z
      .enum(Object.keys(LIFETIME_UNITS) as [LifetimeUnit, ...LifetimeUnit[]])
      .default("hours"),
    collapse_id: Typed,
    /** JSON as text, as are the three overrides. */
    data: Typed,
    android: Typed,
    ios: Typed,
    web: Typed,
    /** Fields of overrides that have one of their own in the composer, by their names: "ios.sound". */
    overrides: z.partialRecord(z.enum(OVERRIDES), Typed).default({}),
    /** As the API takes it, perhaps unfinished; null for everybody. */
    targeting: z.unknown().default(null),
    /** What was typed into the audience builder, field by field, since unfinished conditions are no targeting. */
    audience: z
      .array(z.tuple([z.string(), z.string()]))
      .max(MAX_AUDIENCE_FIELDS)
      .default([]),
    when: z.enum(["now", "at", "local"]).default("now"),
    /** A local time, 2026-12-24T18:00, in `zone`. */
    scheduled_at: Typed,
    zone: z.string().default("UTC"),
    /** A local time, in each recipient's own zone. */
    scheduled_local: Typed,
  })
  .refine((fields) => new TextEncoder().encode(JSON.stringify(fields)).length <= MAX_DRAFT_BYTES, {
    message: `must not be greater than ${MAX_DRAFT_BYTES} bytes of JSON`,
  });
export type DraftFields = z.output<typeof DraftFields>;

/** A draft in which nothing was typed yet. */
export const NOTHING_TYPED: DraftFields = DraftFields.parse({});
