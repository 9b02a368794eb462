// How languages compare: which translations somebody reads, and who speaks a language that a condition names. Both take
// languages in any spelling; old and new codes are one language, and a script counts also where it goes without saying.
import { Bounded } from "../../../kit/bounded.ts";
import { canonicalLanguage } from "./language.ts";
import { likelyScript, regionsElsewhere } from "./scripts.ts";

/** Most languages remembered: an isolate meets some hundreds. */
const MAX_REMEMBERED = 1000;
const readings = new Bounded<string, readonly string[]>(MAX_REMEMBERED);

/** Codes that rows from before the one form may still have, by those of today. */
const FORMER: Readonly<Record<string, readonly string[]>> = {
  fil: ["tl"],
  he: ["iw"],
  id: ["in"],
  ro: ["mo"],
  yi: ["ji"],
};

/**
 * Languages of which another one consists, as Norwegian does of its two. What is only said to be Norwegian is Bokmål, as
 * most of it is and as CLDR has it.
 */
const CONSISTS_OF: Readonly<Record<string, readonly string[]>> = { nb: ["no"], no: ["nb", "nn"] };
/** What else somebody reads who reads the language. */
const READ_TOO: Readonly<Record<string, string>> = { nb: "no", nn: "no", no: "nb" };

/**
 * Returns the languages, in their one form, that somebody whose device speaks `language` is best served in, the best
 * first: that of RFC 4647's lookup (section 3.4), with the likely script. zh-TW reads zh-TW, zh-Hant-TW, zh-Hant, zh. Whoever
 * reads Bokmål then reads Norwegian.
 */
export function readingOf(language: string): readonly string[] {
  const known = readings.get(language);
  if (known) return known;
  const own = canonicalLanguage(language);
  return readings.put(language, own ? lookup(own) : []);
}

function lookup(own: string): readonly string[] {
  const [language = "", ...rest] = own.split("-");
  const other = READ_TOO[language];
  return [own, ...(other === undefined ? [] : [[other, ...rest].join("-")])].flatMap(writtenAs);
}

function writtenAs(own: string): readonly string[] {
  const { language, script, region } = new Intl.Locale(own);
  const written = script ?? likelyScript(language, region);
  const isLikely = written === likelyScript(language, region);
  const tags = [own];
  if (region !== undefined) {
    if (written !== undefined) tags.push(`${language}-${written}-${region}`);
    if (isLikely) tags.push(`${language}-${region}`);
  }
  // what is written as the language mostly is comes before what is written otherwise
  if (written !== undefined) tags.push(`${language}-${written}`);
  return [...new Set([...tags, language])];
}

/**
 * A range of languages, for comparison with what somebody speaks in small letters and with a hyphen at its end: that
 * must begin with `from`, be no longer than `most` and be none of `but`.
 */
export interface Range {
  from: string;
  most: number;
  but: readonly string[];
}

/** Longer than any language in the one form, characters. */
const ANY_LENGTH = 64;
/** Characters that a region adds to a language at most, with its hyphens: a script adds one more. */
export const REGION_LENGTH = "-419-".length;

/** Whether a range has all that begins with it; one that has not has regions alone, but for some of them. */
export function isOpen({ most }: Range): boolean {
  return most === ANY_LENGTH;
}

/**
 * Returns the ranges that make up `language`, which must be one that is understood. de has de-AT, zh-Hant has zh-TW, since
 * Chinese is written so there, and he has iw.
 */
export function rangesOf(language: string): Range[] {
  const [code = "", ...rest] = (canonicalLanguage(language) ?? "").toLowerCase().split("-");
  return [code, ...(FORMER[code] ?? []), ...(CONSISTS_OF[code] ?? [])].flatMap((each) =>
    rangesFrom(each, code, rest.find(isScript), rest.find(isRegion)),
  );
}

function rangesFrom(
  spelt: string,
  language: string,
  script: string | undefined,
  region: string | undefined,
): Range[] {
  const range = (...parts: (string | undefined)[]): Range => ({
    from: [spelt, ...parts, ""].filter((part) => part !== undefined).join("-"),
    most: ANY_LENGTH,
    but: [],
  });
  if (region !== undefined) {
    const likely = likelyScript(language, region)?.toLowerCase();
    if (script === undefined) return [range(region), ...(likely ? [range(likely, region)] : [])];
    return [range(script, region), ...(likely === script ? [range(region)] : [])];
  }
  if (script === undefined) return [range()];
  const elsewhere = regionsElsewhere(language);
  if (likelyScript(language)?.toLowerCase() === script) {
    const but = elsewhere.flatMap(([, some]) => some.map((each) => range(each.toLowerCase()).from));
    return [range(script), { ...range(), most: spelt.length + REGION_LENGTH, but }];
  }
  const regions = elsewhere.find(([other]) => other.toLowerCase() === script)?.[1] ?? [];
  return [range(script), ...regions.map((each) => range(each.toLowerCase()))];
}

/** Whether whoever speaks `spoken` speaks `language`, as a condition in the database would say. */
export function speaks(spoken: string, language: string): boolean {
  const tag = `${(canonicalLanguage(spoken) ?? spoken).toLowerCase()}-`;
  return rangesOf(language).some(
    ({ from, most, but }) => tag.startsWith(from) && tag.length <= most && !but.includes(tag),
  );
}

function isScript(part: string): boolean {
  return part.length === 4;
}

function isRegion(part: string): boolean {
  return part.length === 2 || part.length === 3;
}
