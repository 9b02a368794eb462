// Tags of instances are an object of strings, subscribers' a list: `{"color": "red"}` is kept as `color:red`.
// An audience is a value of the tag `audiences`, which may name several, separated by commas.

/** The tag whose values are audiences. */
const AUDIENCES = "audiences";
/** Longest tag of a subscriber, characters: what targeting can name. */
const MAX_TAG = 255;
/** Longest name of an audience, characters. */
export const MAX_AUDIENCE = MAX_TAG - AUDIENCES.length - 1;

/** What a subscriber of this audience has among its tags. */
export function audienceTag(audience: string): string {
  return `${AUDIENCES}:${audience}`;
}

/** The list of `tags`; empty values and those too long to be named are left out. */
export function tagList(tags: Readonly<Record<string, string>>): string[] {
  const all = Object.entries(tags).flatMap(([key, value]) =>
    key === AUDIENCES ? audiencesIn(value).map(audienceTag) : [`${key}:${value}`],
  );
  const named = all.filter((tag) => tag.length <= MAX_TAG && !tag.endsWith(":"));
  return [...new Set(named)];
}

function audiencesIn(value: string): string[] {
  return value
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}
