// The one form of languages, countries and time zones, as the tables of workerd have it: Node's are others.
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { canonicalCountry } from "../../../../../src/domain/subscribers/facts/country.ts";
import {
  canonicalLanguage,
  languageAtStart,
} from "../../../../../src/domain/subscribers/facts/language.ts";
import { canonicalText } from "../../../../../src/domain/subscribers/facts/text.ts";
import { canonicalTimeZone } from "../../../../../src/domain/subscribers/facts/time-zone.ts";
import { Bounded } from "../../../../../src/kit/bounded.ts";
import { parseInstant } from "../../../../../src/kit/given-time.ts";
import { offsetsOf } from "../../../../../src/kit/zones.ts";
import { propertyRuns } from "../../../../support/property-runs.ts";
import { fact, locale, zone } from "../../../../support/facts.ts";

const NOBODY = undefined;
/** The codes of two letters in ISO 639 (set 1). */
const ISO_639 = (
  "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es " +
  "et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki " +
  "kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no " +
  "nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te " +
  "tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu"
).split(" ");

describe("a language", () => {
  test("is not remembered where the text is longer than any fact", () => {
    const remembered = vi.spyOn(Bounded.prototype, "put");
    expect(canonicalLanguage(`xx-${"a".repeat(1000)}`)).toBe(NOBODY);
    expect(remembered).not.toHaveBeenCalled();
    expect(canonicalLanguage("de-x-remembered")).toBe("de");
    expect(remembered).toHaveBeenCalledTimes(1);
    remembered.mockRestore();
  });

  test.each([
    ["de", "de"],
    ["PT-br", "pt-BR"],
    [" pt_BR\n", "pt-BR"],
    ["zh-hant-tw", "zh-Hant-TW"],
    ["zh_Hant_TW", "zh-Hant-TW"],
    ["es-419", "es-419"],
    ["en-840", "en-US"],
    // extensions, private use and variants
    ["en-US-u-mu-celsius", "en-US"],
    ["en-150", "en-150"],
    ["ar_001", "ar-001"],
    ["es-419", "es-419"],
    ["en-999", "en"],
    ["en-US-x-anything", "en-US"],
    ["en-x-anything", "en"],
    ["de-DE-u-co-phonebk-x-a", "de-DE"],
    ["ca-ES-valencia", "ca-ES"],
    ["de-1996", "de"],
    ["en-US-posix", "en-US"],
    [`en-US-x-${"a".repeat(200)}`, "en-US"],
    // POSIX
    ["de_DE.UTF-8", "de-DE"],
    ["de_DE.UTF-8@euro", "de-DE"],
    ["de_DE@euro", "de-DE"],
    ["sr_RS.UTF-8@latin", "sr-Latn-RS"],
    ["uz_UZ@cyrillic", "uz-Cyrl-UZ"],
    ["en_US_POSIX", "en-US"],
    // Java and ICU
    ["de_AT_#Latn", "de-AT"],
    ["zh_TW_#Hant", "zh-TW"],
    ["sr_RS_#Latn", "sr-Latn-RS"],
    ["zh__#Hant", "zh-Hant"],
    ["ja_JP_JP_#u-ca-japanese", "ja-JP"],
    ["en_US@calendar=gregorian;numbers=latn", "en-US"],
    // old codes, and those of three letters
    ["iw", "he"],
    ["iw-IL", "he-IL"],
    ["in_ID", "id-ID"],
    ["ji", "yi"],
    ["tl-PH", "fil-PH"],
    ["mo", "ro"],
    ["sh", "sr-Latn"],
    ["deu", "de"],
    ["ger", "de"],
    ["cmn-Hans-CN", "zh-Hans-CN"],
    // extended and grandfathered
    ["zh-yue-HK", "yue-HK"],
    ["zh-cmn-Hans", "zh-Hans"],
    ["ar-arb", "ar"],
    ["zh-min-nan", "nan"],
    ["zh-min", "zh"],
    ["zh-CHT", "zh-Hant"],
    ["zh-CHN", "zh"],
    ["ar-ARE", "ar"],
    ["zh-hakka", "hak"],
    ["i-klingon", "tlh"],
    ["I-Lux", "lb"],
    ["no-bok", "nb"],
    ["sgn-BE-FR", "sfb"],
    ["art-lojban", "jbo"],
    ["en-GB-oed", "en-GB"],
    // what is not known of it is dropped
    ["en-UK", "en-GB"],
    ["de-DD", "de-DE"],
    ["el-EL", "el-GR"],
    ["en-QQ", "en"],
    ["en-ZZ", "en"],
    ["en-USA", "en"],
    ["zh-Zzzz-TW", "zh-TW"],
    // nothing is known
    ["", null],
    [" \t", null],
    ["und", null],
    ["UND-US", null],
    ["und_US", null],
    ["i-default", null],
    ["Etc/Unknown", null],
    // nobody understands it
    ["C", NOBODY],
    ["C.UTF-8", NOBODY],
    ["POSIX", NOBODY],
    ["*", NOBODY],
    ["root", NOBODY],
    ["german", NOBODY],
    ["Deutsch", NOBODY],
    ["x", NOBODY],
    ["x-private", NOBODY],
    ["i-unknown", NOBODY],
    ["de,en;q=0.5", NOBODY],
    ["en US", NOBODY],
    ["日本語", NOBODY],
    ["de\u0000", NOBODY],
    ["\ud800", NOBODY],
    ["__proto__", NOBODY],
    [`de-x-${"a".repeat(255)}`, NOBODY],
    // well formed, but no language
    ["xx", NOBODY],
    ["xx-DE", NOBODY],
    ["qq", NOBODY],
    ["zz", NOBODY],
    ["mul", NOBODY],
    ["MIS", NOBODY],
    ["zxx-Latn", NOBODY],
    // of three letters, known to CLDR and unknown
    ["aaa-NG", "aaa-NG"],
    ["xyz", "xyz"],
  ])("%j is %j", (text, language) => {
    expect(canonicalLanguage(text)).toBe(language);
  });
});

test("every language of two letters in ISO 639 is one", () => {
  const letters = Array.from("abcdefghijklmnopqrstuvwxyz");
  const codes = letters.flatMap((one) => letters.map((other) => one + other));
  const known = codes.filter((code) => canonicalLanguage(code));
  expect(known).toEqual(expect.arrayContaining(ISO_639));
  // codes of former times, among which are iw, in, ji and mo
  expect(known.length).toBeLessThan(ISO_639.length + 15);
});

test.each([
  ["en_US:en", "en-US"],
  ["de-AT,de;q=0.9", "de-AT"],
  ["sr_RS.UTF-8@latin:sr", "sr-Latn-RS"],
  ["en-US-x-...", "en-US"],
  ["en-US\u0000", "en-US"],
  ["en-US\u0000\u0000garbage", "en-US"],
  [" pt_BR?", "pt-BR"],
  ["de@", "de"],
  [`de-AT-x-${"a".repeat(1000)}`, "de-AT"],
  ["und\u0000", null],
  ["\u0000en", null],
  ["in English", NOBODY],
  ["no!ne", "no"],
  ["d\u00e9", NOBODY],
  ["german", NOBODY],
  ["xx-DE!", NOBODY],
  ["C.UTF-8", NOBODY],
  ["x".repeat(300), NOBODY],
])("of a device's locale %j, the language is %j", (text, language) => {
  expect(languageAtStart(text) ?? null).toBe(language ?? null);
});

describe("a country", () => {
  test.each([
    ["DE", "DE"],
    [" de ", "DE"],
    ["UK", "GB"],
    ["uk", "GB"],
    ["EL", "GR"],
    ["DD", "DE"],
    ["BU", "MM"],
    ["XK", "XK"],
    ["", null],
    ["  ", null],
    ["ZZ", null],
    ["und", null],
    ["Germany", NOBODY],
    ["DEU", NOBODY],
    ["276", NOBODY],
    ["419", NOBODY],
    ["QQ", NOBODY],
    ["EU", NOBODY],
    ["QU", NOBODY],
    ["XA", NOBODY],
    ["D", NOBODY],
    ["D\u0000", NOBODY],
    ["\ud800\ud800", NOBODY],
  ])("%j is %j", (text, country) => {
    expect(canonicalCountry(text)).toBe(country);
  });
});

describe("a time zone", () => {
  test.each([
    ["Europe/Berlin", "Europe/Berlin"],
    [" europe/berlin ", "Europe/Berlin"],
    ["US/Pacific", "America/Los_Angeles"],
    ["America/New York", "America/New_York"],
    ["Asia/Calcutta", "Asia/Kolkata"],
    ["Asia/Kolkata", "Asia/Kolkata"],
    ["Asia/Saigon", "Asia/Ho_Chi_Minh"],
    ["Europe/Kiev", "Europe/Kyiv"],
    ["Europe/Kyiv", "Europe/Kyiv"],
    ["America/Buenos_Aires", "America/Argentina/Buenos_Aires"],
    ["GB", "Europe/London"],
    ["Zulu", "UTC"],
    ["UCT", "UTC"],
    ["Etc/UTC", "UTC"],
    ["Z", "UTC"],
    ["GMT", "UTC"],
    ["GMT0", "UTC"],
    ["EST5EDT", "EST5EDT"],
    // offsets, which are positive to the east, but for the names that begin with Etc/
    ["GMT+03:00", "Etc/GMT-3"],
    ["GMT+3", "Etc/GMT-3"],
    ["GMT+0300", "Etc/GMT-3"],
    ["gmt-05:00", "Etc/GMT+5"],
    ["UTC+3", "Etc/GMT-3"],
    ["UTC +03:00", "Etc/GMT-3"],
    ["+03:00", "Etc/GMT-3"],
    ["+0300", "Etc/GMT-3"],
    ["-08", "Etc/GMT+8"],
    ["\u22128", "Etc/GMT+8"],
    ["Etc/GMT-3", "Etc/GMT-3"],
    ["etc/gmt+12", "Etc/GMT+12"],
    ["+00:00", "UTC"],
    ["-00:00", "UTC"],
    ["GMT+05:45", "+05:45"],
    ["UTC-3:30", "-03:30"],
    ["+1030", "+10:30"],
    ["+14", "Etc/GMT-14"],
    ["", null],
    ["Etc/Unknown", null],
    ["etc/unknown", null],
    ["+14:30", NOBODY],
    ["GMT-13", NOBODY],
    ["GMT+3:99", NOBODY],
    ["Mars/Olympus", NOBODY],
    ["Factory", NOBODY],
    // IANA's own names without a place, and abbreviations, which mean another zone elsewhere
    ["gb-eire", "Europe/London"],
    ["Japan", "Asia/Tokyo"],
    ["W-SU", "Europe/Moscow"],
    ["NZ-CHAT", "Pacific/Chatham"],
    ["AST", NOBODY],
    ["BST", NOBODY],
    ["ACT", NOBODY],
    ["CST", NOBODY],
    ["IST", NOBODY],
    ["PST", NOBODY],
    ["JST", NOBODY],
    ["Berlin", NOBODY],
    ["CEST-2", NOBODY],
    ["3", NOBODY],
    ["Europe/Berlin\u0000", NOBODY],
    ["\ud800", NOBODY],
    [`Europe/${"x".repeat(300)}`, NOBODY],
  ])("%j is %j", (text, name) => {
    expect(canonicalTimeZone(text)).toBe(name);
  });

  test("keeps its offsets under its one name", () => {
    const times = ["2026-01-15T12:00Z", "2026-07-15T12:00Z"].map((text) => parseInstant(text) ?? 0);
    for (const name of Intl.supportedValuesOf("timeZone")) {
      const known = canonicalTimeZone(name);
      expect(known, name).toEqual(expect.any(String));
      for (const at of times) {
        expect(offsetsOf(known ?? "")?.(at), name).toBe(offsetsOf(name)?.(at));
      }
    }
  });
});

test("the one form of a fact is its own", () => {
  const forms = [canonicalLanguage, canonicalCountry, canonicalTimeZone, canonicalText];
  fc.assert(
    fc.property(fc.oneof(fact, locale, zone), (text) => {
      for (const form of forms) {
        const once = form(text);
        if (once) expect(form(once)).toBe(once);
      }
    }),
    { numRuns: propertyRuns(3000) },
  );
});
