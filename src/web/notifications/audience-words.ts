// An audience as a sentence: "People on Android, tagged box, but not tagged staff".
import type { Audience } from "../../domain/audiences/targeting.ts";

/** Most values of a condition that are named; of more, the others are counted. */
const NAMED = 3;
const PLATFORMS: Readonly<Record<string, string>> = {
  web: "the web",
  ios: "iOS",
  android: "Android",
};

/** "Everyone", or who it is. */
export function sentenceOf(audience: Audience): string {
  const text = wordsOf(audience);
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function wordsOf(audience: Audience): string {
  switch (audience.type) {
    case "all":
      return "everyone";
    case "subscribers":
      return audience.ids.length === 1 ? "one device" : `${audience.ids.length} devices`;
    case "unreached":
      return "who an earlier one did not reach";
    case "user_ids":
      return `users ${listed(audience.ids, "or")}`;
    case "tags":
      return `tagged ${listed(audience.tags, audience.match === "all" ? "and" : "or")}`;
    case "platform":
      return `on ${listed(
        audience.platforms.map((each) => PLATFORMS[each] ?? each),
        "or",
      )}`;
    case "languages":
      return `speaking ${listed(audience.languages, "or")}`;
    case "countries":
      return `in ${listed(audience.countries, "or")}`;
    case "events":
      return `who had the event ${listed(audience.events, "or")}`;
    case "all_of":
      return audience.of.map(innerOf).join(", ");
    case "any_of":
      return audience.of.map(innerOf).join(" or ");
    case "not":
      return `not ${audience.of.map(innerOf).join(", ")}`;
  }
}

/** A part of a combination: one that combines itself stands in brackets. */
function innerOf(audience: Audience): string {
  const text = wordsOf(audience);
  const isGroup = audience.type === "all_of" || audience.type === "any_of";
  return isGroup && audience.of.length > 1 ? `(${text})` : text;
}

function listed(values: readonly string[], word: "and" | "or"): string {
  const named = values.slice(0, NAMED);
  const more = values.length - named.length;
  const all = more > 0 ? [...named, `${more} more`] : named;
  const last = all.at(-1) ?? "";
  return all.length < 2 ? last : `${all.slice(0, -1).join(", ")} ${word} ${last}`;
}
