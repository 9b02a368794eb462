// An audience in words: "On Android or the web, tagged box, in Germany, but not tagged staff."
import type { Audience } from "../../domain/audiences/targeting.ts";
import { clip, listed } from "../parts/clip.ts";
import { countryName, languageName } from "../parts/place-names.ts";
import { PLATFORMS } from "../parts/subscriber-words.ts";
import type { SegmentName } from "./values.ts";

/** Longest sentence, characters: three lines, and in whatever letters within a part of a page. */
const MAX_SENTENCE = 240;
/** Values of a condition that are named; of more of them the number is said. */
const NAMED_VALUES = 5;

/** Says in a sentence whom the audience has. `segments` are those that it may name. */
export function sentenceOf(audience: Audience, segments: readonly SegmentName[]): string {
  const words = said(audience, segments);
  const sentence = clip(words.charAt(0).toUpperCase() + words.slice(1), MAX_SENTENCE);
  return sentence.endsWith("…") ? sentence : `${sentence}.`;
}

function said(audience: Audience, segments: readonly SegmentName[]): string {
  switch (audience.type) {
    case "all":
      return "everyone";
    case "all_of":
      return allOf(audience.of, segments);
    case "any_of":
      return audience.of.map((each) => within(each, segments)).join(" or ");
    case "not":
      return `everyone but those ${inner(audience, segments)}`;
    default:
      return condition(audience, segments);
  }
}

/** What holds comes first, then what must not. */
function allOf(of: readonly Audience[], segments: readonly SegmentName[]): string {
  const wanted = of.filter(({ type }) => type !== "not").map((each) => within(each, segments));
  const unwanted = of.flatMap((each) => (each.type === "not" ? [inner(each, segments)] : []));
  if (unwanted.length === 0) return wanted.join(", ");
  if (wanted.length === 0) return `everyone but those ${unwanted.join(" and those ")}`;
  return `${wanted.join(", ")}, but not ${unwanted.join(" and not ")}`;
}

/** Who must not be in it: what a "not" negates. */
function inner(
  { of: [negated] }: { of: readonly Audience[] },
  segments: readonly SegmentName[],
): string {
  return negated === undefined ? "" : within(negated, segments, true);
}

/** A part of a longer sentence: in brackets if it has a comma, or an "or" after a "not", of its own. */
function within(audience: Audience, segments: readonly SegmentName[], isNegated = false): string {
  const words = said(audience, segments);
  const isJoined = "of" in audience && (audience.of.length > 1 || audience.type === "not");
  const isPlain = !isJoined || (audience.type === "any_of" && !isNegated && !words.includes(","));
  return isPlain ? words : `(${words})`;
}

function condition(audience: Audience, segments: readonly SegmentName[]): string {
  switch (audience.type) {
    case "platform":
      return `on ${listed(audience.platforms.map(platformName), "or", NAMED_VALUES)}`;
    case "tags":
      return `tagged ${listed(audience.tags, audience.match === "all" ? "and" : "or", NAMED_VALUES)}`;
    case "languages":
      return `speaking ${listed(audience.languages.map(languageName), "or", NAMED_VALUES)}`;
    case "countries":
      return `in ${listed(audience.countries.map(countryName), "or", NAMED_VALUES)}`;
    case "user_ids":
      return `with the user id ${listed(audience.ids, "or", NAMED_VALUES)}`;
    case "events":
      return `with the event ${listed(audience.events, "or", NAMED_VALUES)}`;
    case "segment": {
      const name = segments.find(({ id }) => id === audience.id)?.name;
      return name === undefined ? "in a segment that is gone" : `in the segment “${clip(name)}”`;
    }
    case "unreached":
      return "whom an earlier one did not reach";
    default:
      return "of a list";
  }
}

function platformName(value: string): string {
  if (value === "web") return "the web";
  return PLATFORMS.find(({ key }) => key === value)?.label ?? value;
}
