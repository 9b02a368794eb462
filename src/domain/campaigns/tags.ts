// Installations report their tags as an object of strings, and subscribers have a list: `{"color": "red"}` is stored as
// `color:red`. The audiences of the filters are the values of the tag `audiences`, separated by commas.

/** The tag whose value lists audiences. */
const AUDIENCES = "audiences";
/** Longest tag of a subscriber, characters: conditions can't name a longer one. */
const MAX_TAG = 255;
/** Longest name of an audience, characters. */
export const MAX_AUDIENCE = MAX_TAG - AUDIENCES.length - 1;

/** The tag that the subscribers of an audience have, whose name is in the one form of tags. */
export function audienceTag(audience: string): string {
  return `${AUDIENCES}:${audience}`;
}

/** Turns reported tags into a subscriber's list, without empty values and tags that are longer than MAX_TAG. */
export function tagList(tags: Readonly<Record<string, string>>): string[] {
  const all = Object.entries(tags).flatMap(([key, value]) => {
    if (key === AUDIENCES) return audiencesIn(value).map(audienceTag);
    return value === "" ? [] : [`${key}:${value}`];
  });
  return [...new Set(all.filter((tag) => tag.length <= MAX_TAG))];
}

function audiencesIn(value: string): string[] {
  return value
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}
