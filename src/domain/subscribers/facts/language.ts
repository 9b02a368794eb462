// Languages: how devices and people write them, in one form. What is kept of a tag (RFC 5646) is language, script and
// region, as the platform's tables (Intl, which has CLDR's) call them today. How languages compare is in
// speaks.ts.
import { Bounded } from "../../../kit/bounded.ts";
import { isSpokenIn, presentRegion } from "./country.ts";
import { MAX_FACT, saysNothing, type Understood } from "./nothing.ts";
import { likelyScript } from "./scripts.ts";

/** Most texts remembered: each isolate meets some hundreds of locales, and each in a few spellings. */
const MAX_REMEMBERED = 2000;
const understood = new Bounded<string, { language: Understood }>(MAX_REMEMBERED);

/** A tag, or a locale of POSIX with its charset and its modifier: sr_RS.UTF-8@latin. */
const LOCALE = /^([a-z\d#-]+)(?:\.[\w-]+)?(?:@(.+))?$/i;
const LANGUAGE = /^[a-z]{2,3}$/i;
const SCRIPT = /^[a-z]{4}$/i;
const REGION = /^([a-z]{2}|\d{3})$/i;
/** The script as Java writes it, after the region: sr_RS_#Latn. */
const JAVA_SCRIPT = /^#([a-z]{4})$/i;
/**
 * Codes that stand for no language: several languages, one without a code, and no words at all. CLDR's own for an
 * unknown one is among the texts that say nothing.
 */
const NO_LANGUAGES = new Set(["mis", "mul", "zxx"]);
/**
 * The beginning of a text that may be a locale. No letter, digit or space may follow: words of a sentence are not taken
 * for codes.
 */
const BEGINNING = /^[\w#-]+(?![\p{L}\p{M}\p{N}\s])/u;
/** CLDR's name for an unknown script. */
const UNKNOWN_SCRIPT = /^zzzz$/i;

/**
 * The languages that may follow another one, and then are what is meant: zh-yue is yue (RFC 5646 section 2.2.2). Sign
 * languages and some of Malay's are left out, and so are taken for the language at large.
 */
const EXTENDED: Readonly<Record<string, string>> = {
  ar: "aao abh abv acm acq acw acx acy adf aeb aec afb apc apd arb arq ars ary arz auz avl ayh ayl ayn ayp pga shu ssh",
  kok: "gom knn",
  lv: "ltg lvs",
  ms: "bjn min zlm zsm",
  sw: "swc swh",
  uz: "uzn uzs",
  zh: "cdo cjy cmn cnp cpx csp czh czo gan hak hnm hsn luh lzh mnp nan sjc wuu yue",
};

/** What begins like a language and is not too long, for the OpenAPI document: its pattern can't tell which there are. */
export const LANGUAGE_LIMITS = { pattern: "^\\s*[A-Za-z]{1,3}(?![A-Za-z])", maxLength: MAX_FACT };

/**
 * Tags whose parts do not mean what they seem to: those from before there were rules for them (RFC 5646 section 2.2.8),
 * and Microsoft's former ones for Chinese.
 */
const GRANDFATHERED = new Map(
  Object.entries({
    "art-lojban": "jbo",
    "cel-gaulish": "xtg",
    "i-ami": "ami",
    "i-bnn": "bnn",
    "i-default": "und",
    "i-hak": "hak",
    "i-klingon": "tlh",
    "i-lux": "lb",
    "i-navajo": "nv",
    "i-pwn": "pwn",
    "i-tao": "tao",
    "i-tay": "tay",
    "i-tsu": "tsu",
    "no-bok": "nb",
    "no-nyn": "nn",
    "sgn-be-fr": "sfb",
    "sgn-be-nl": "vgt",
    "sgn-ch-de": "sgg",
    "zh-chs": "zh-Hans",
    "zh-cht": "zh-Hant",
    "zh-guoyu": "zh",
    "zh-hakka": "hak",
    "zh-min": "zh",
    "zh-min-nan": "nan",
    "zh-xiang": "hsn",
  }),
);

/** The modifiers of POSIX locales that name a script; the others are currencies, orders and dialects. */
const MODIFIERS = new Map([
  ["cyrillic", "Cyrl"],
  ["devanagari", "Deva"],
  ["latin", "Latn"],
]);

/**
 * Returns the language with its script and region, if the text has them, in their present codes and usual case: pt_BR
 * is pt-BR, iw is he, en-US-u-mu-celsius is en-US. What else a tag says is dropped, as are regions that do not exist.
 */
export function canonicalLanguage(text: string): Understood {
  // Longer texts are not remembered either: as many as are would fill the isolate's memory.
  if (text.length > MAX_FACT) return undefined;
  const known = understood.get(text);
  return (known ?? understood.put(text, { language: languageIn(text.trim()) })).language;
}

/**
 * Returns the language of a locale as far as it can be read: en-US of a text that goes on with what no locale has, such
 * as a character 0. Of a list, as browsers and the variable LANGUAGE have, the first counts.
 */
export function languageAtStart(text: string): Understood {
  const first = text.slice(0, MAX_FACT).split(/[,;:]/, 1)[0] ?? "";
  const language = canonicalLanguage(first);
  if (language !== undefined) return language;
  return canonicalLanguage(BEGINNING.exec(first.trim())?.[0] ?? "");
}

function languageIn(text: string): Understood {
  if (saysNothing(text)) return null;
  const [, given = "", modifier = ""] = LOCALE.exec(text.replaceAll("_", "-")) ?? [];
  const tag = GRANDFATHERED.get(given.toLowerCase()) ?? given;
  const [first = "", ...rest] = tag.split("-");
  if (!LANGUAGE.test(first)) return undefined;
  if (first.toLowerCase() === "und") return null;
  const { language, script, region } = partsIn(first, rest);
  return present(language, script ?? MODIFIERS.get(modifier.toLowerCase()), region);
}

interface Parts {
  language: string;
  script: string | undefined;
  region: string | undefined;
}

/** The parts of a tag that begins with the language `first`. */
function partsIn(first: string, rest: readonly string[]): Parts {
  const extended = EXTENDED[first.toLowerCase()]?.split(" ") ?? [];
  const meant = extended.find((code) => code === rest[0]?.toLowerCase());
  const language = meant ?? first;
  let at = meant === undefined ? 0 : 1;
  const script = SCRIPT.test(rest[at] ?? "") ? rest[at++] : undefined;
  const region = REGION.test(rest[at] ?? "") ? rest[at++] : undefined;
  const java = rest.map((part) => JAVA_SCRIPT.exec(part)?.[1]).find((part) => part !== undefined);
  // Java names the script also where everybody would expect it.
  const isExpected = java?.toLowerCase() === likelyScript(language, region)?.toLowerCase();
  return { language, script: script ?? (isExpected ? undefined : java), region };
}

/** The tag of these parts in its present form; undefined if there can be no such tag. */
function present(
  language: string,
  script: string | undefined,
  region: string | undefined,
): Understood {
  const parts = [
    language,
    ...(script === undefined || UNKNOWN_SCRIPT.test(script) ? [] : [script]),
    ...(region === undefined || !isSpokenIn(presentRegion(region.toUpperCase()))
      ? []
      : [presentRegion(region.toUpperCase())]),
  ];
  try {
    const locale = new Intl.Locale(parts.join("-"));
    if (!isLanguage(locale.language)) return undefined;
    return [locale.language, locale.script, locale.region].filter(Boolean).join("-");
  } catch {
    return undefined;
  }
}

/**
 * Whether `code`, in its present form, is a language. CLDR has a script for every one of two letters, but not for all of
 * the 7,000 that have three. Its names are no evidence: workerd has those of about 140 languages.
 */
function isLanguage(code: string): boolean {
  return code.length === 2 ? likelyScript(code) !== undefined : !NO_LANGUAGES.has(code);
}
