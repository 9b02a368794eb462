// The forms of a targeting: one for each `type`. They are documentation: domain/notifications/targeting.ts validates a
// targeting, whose levels it builds one by one, so that no input makes parsing recurse on.
import { z } from "@hono/zod-openapi";
import {
  MAX_BYTES,
  MAX_CONDITIONS,
  MAX_DEPTH,
  MAX_SEGMENTS,
  SEGMENT,
  SIMPLE,
} from "../../domain/audiences/targeting.ts";

/** The form of a condition that combines others. */
function combined(
  type: "all_of" | "any_of" | "not",
  inner: z.ZodType<object>,
  most: number,
  description: string,
) {
  return z.strictObject({
    type: z.literal(type).openapi({ description: "Which kind of targeting this is." }),
    of: z
      .array(inner)
      .min(1)
      .max(most)
      .openapi({ description, example: [{ type: "platform", platforms: ["web"] }] }),
  });
}

const CONDITIONS = [
  SIMPLE.all.openapi("TargetingAll", { description: "All active subscribers of the app." }),
  SIMPLE.user_ids.openapi("TargetingUserIds", {
    description: "The subscribers of certain people.",
  }),
  SIMPLE.tags.openapi("TargetingTags", { description: "Subscribers that have certain tags." }),
  SIMPLE.platform.openapi("TargetingPlatform", {
    description: "Subscribers on certain platforms.",
  }),
  SIMPLE.languages.openapi("TargetingLanguages", {
    description: "Subscribers that read certain languages.",
  }),
  SIMPLE.countries.openapi("TargetingCountries", {
    description: "Subscribers in certain countries.",
  }),
  SIMPLE.events.openapi("TargetingEvents", {
    description: "Installations that sent certain lifecycle events.",
  }),
] as const;

/** The forms of combinations, below names that begin with `name`. */
function combinations(name: string, inner: z.ZodType<object>) {
  const all = "The targetings that must all select the subscriber.";
  const any = "The targetings of which any must select it.";
  const not = "The one targeting that must not select the subscriber.";
  return [
    combined("all_of", inner, MAX_CONDITIONS, all).openapi(`${name}AllOf`, {
      description: "Subscribers that every one of several targetings selects.",
    }),
    combined("any_of", inner, MAX_CONDITIONS, any).openapi(`${name}AnyOf`, {
      description: "Subscribers that at least one of several targetings selects.",
    }),
    combined("not", inner, 1, not).openapi(`${name}Not`, {
      description: "Subscribers that a targeting does not select.",
    }),
  ] as const;
}

// By way of `lazy`, since the document would list the types of a union in a union, and not refer to it.
const Inner: z.ZodType<object> = z.lazy(() => TargetingForm);
const InnerOfSegment: z.ZodType<object> = z.lazy(() => OfSegmentForm);

const VARIANTS = [
  ...CONDITIONS,
  SEGMENT.openapi("TargetingSegment", {
    description: "Subscribers that a saved segment selects, as it is when sending begins.",
  }),
  ...combinations("Targeting", Inner),
] as const;

const BOUNDS =
  `Targetings nest up to ${MAX_DEPTH} levels deep, with at most ${MAX_CONDITIONS} conditions and ${MAX_BYTES} bytes of JSON in ` +
  "all.";
const EXAMPLE = { type: "tags", tags: ["beta"], match: "any" };

const TargetingForm: z.ZodType<object> = z
  .discriminatedUnion("type", VARIANTS)
  .openapi("Targeting", {
    description:
      "Which subscribers receive the notification, out of those that are active. Each `type` has its own fields, and others " +
      `are refused. ${BOUNDS} They name segments up to ${MAX_SEGMENTS} times, whose conditions count with theirs.`,
    example: EXAMPLE,
  });

const OfSegmentForm: z.ZodType<object> = z
  .discriminatedUnion("type", [...CONDITIONS, ...combinations("SegmentTargeting", InnerOfSegment)])
  .openapi("SegmentTargeting", {
    description: `Which subscribers a segment selects, out of those that are active. It names no other segments. ${BOUNDS}`,
    example: EXAMPLE,
  });

/** The targeting of a segment. */
export const SegmentTargetingForm = InnerOfSegment;

/** The targeting of a request. */
export const GivenTargeting = z.union([Inner, z.null()]).optional().openapi({
  description: "Which subscribers receive the notification. By default, or null: all.",
});

const SubscribersForm = z
  .strictObject({
    type: z.literal("subscribers").openapi({ description: "Which kind of targeting this is." }),
    count: z.int().min(0).openapi({ description: "How many subscribers they are.", example: 3 }),
  })
  .openapi("TargetingSubscribers", {
    description: "Certain subscribers, whom a channel sent to. Only answers have it.",
  });

/** The targeting that an answer shows. */
export const ShownTargeting: z.ZodType<object> = z
  .discriminatedUnion("type", [...VARIANTS, SubscribersForm])
  .openapi("ShownTargeting", {
    description:
      "Which subscribers the notification is for: as it was requested, or those whom a channel sent it to.",
    example: { type: "tags", tags: ["beta"], match: "any" },
  });
