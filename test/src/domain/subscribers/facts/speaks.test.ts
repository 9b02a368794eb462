// How languages compare: what somebody reads, and who is in a condition.
import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalLanguage } from "../../../../../src/domain/subscribers/facts/language.ts";
import {
  likelyScript,
  regionsElsewhere,
} from "../../../../../src/domain/subscribers/facts/scripts.ts";
import { readingOf, speaks } from "../../../../../src/domain/subscribers/facts/speaks.ts";
import { locale } from "../../../../support/facts.ts";
import { propertyRuns } from "../../../../support/property-runs.ts";

test.each([
  ["de", ["de", "de-Latn"]],
  ["de-AT", ["de-AT", "de-Latn-AT", "de-Latn", "de"]],
  ["zh-TW", ["zh-TW", "zh-Hant-TW", "zh-Hant", "zh"]],
  ["zh_HK", ["zh-HK", "zh-Hant-HK", "zh-Hant", "zh"]],
  ["zh-Hant-TW", ["zh-Hant-TW", "zh-TW", "zh-Hant", "zh"]],
  ["zh-CN", ["zh-CN", "zh-Hans-CN", "zh-Hans", "zh"]],
  ["zh", ["zh", "zh-Hans"]],
  ["sr-ME", ["sr-ME", "sr-Latn-ME", "sr-Latn", "sr"]],
  ["iw-IL", ["he-IL", "he-Hebr-IL", "he-Hebr", "he"]],
  ["xyz-DE", ["xyz-DE", "xyz"]],
  ["xx-DE", []],
  ["", []],
  ["und", []],
  ["C", []],
])("somebody whose device speaks %j reads %j", (language, tags) => {
  expect(readingOf(language).toSorted()).toEqual(tags.toSorted());
  expect(readingOf(language)[0]).toBe(tags[0]);
  // the language at large comes last, but after the script that everybody expects
  if (tags.length > 2) expect(readingOf(language).at(-1)).toBe(tags.at(-1));
});

test.each([
  ["nb-NO", ["nb-NO", "nb", "no"]],
  ["nn-NO", ["nn-NO", "nn", "no"]],
  ["no-NO", ["no-NO", "no", "nb"]],
  ["no", ["no", "nb"]],
])("of the languages of Norway, %j reads first %j", (language, tags) => {
  expect(readingOf(language).filter((tag) => tags.includes(tag))).toEqual(tags);
});

test.each([
  ["de-AT", "de", true],
  ["de", "de-AT", false],
  ["den", "de", false],
  ["he-IL", "iw", true],
  ["iw-IL", "he", true],
  ["id", "in", true],
  ["fil-PH", "tl", true],
  ["yi", "ji", true],
  ["zh-TW", "zh-Hant", true],
  ["zh-HK", "zh-Hant", true],
  ["zh-CN", "zh-Hant", false],
  ["zh", "zh-Hant", false],
  ["zh-Hans", "zh-Hant", false],
  ["zh-CN", "zh-Hans", true],
  ["zh-419", "zh-Hans", true],
  ["zh", "zh-Hans", true],
  ["zh-TW", "zh-Hans", false],
  ["zh-Hant-CN", "zh-Hans", false],
  ["zh-TW", "zh-Hant-TW", true],
  ["zh-Hant-TW", "zh-TW", true],
  ["zh-Hans-TW", "zh-TW", false],
  ["sr-ME", "sr-Latn", true],
  ["sr-RS", "sr-Latn", false],
  ["sr-RS", "sr-Cyrl", true],
  ["en-US-u-mu-celsius", "en_US", true],
  ["nb-NO", "no", true],
  ["nn", "no", true],
  ["nb-NO", "no-NO", true],
  ["no-NO", "nb", true],
  ["no", "nn", false],
  ["nb", "nn", false],
])("that %j speaks %j is %j", (spoken, language, is) => {
  expect(speaks(spoken, language)).toBe(is);
});

test("whoever speaks a language reads it, and everybody speaks what they report", () => {
  fc.assert(
    fc.property(locale, locale, (one, other) => {
      if (!canonicalLanguage(one) || !canonicalLanguage(other)) return;
      expect(speaks(one, one)).toBe(true);
      const read = canonicalLanguage(other);
      if (readingOf(one).includes(read ?? "")) expect(speaks(one, other)).toBe(true);
    }),
    { numRuns: propertyRuns(2000) },
  );
});

test("the table of scripts says what Intl says", () => {
  const letters = Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
  const regions = letters.flatMap((one) => letters.map((other) => one + other));
  const languages = ["zh", "sr", "uz", "az", "kk", "pa", "ms", "yue", "de", "ja", "ar", "hi", "he"];
  for (const language of languages) {
    const usual = new Intl.Locale(language).maximize().script;
    const elsewhere = new Map<string, string[]>();
    for (const region of regions) {
      const locale = new Intl.Locale(`${language}-${region}`);
      const { script } = locale.maximize();
      expect(likelyScript(language, locale.region), `${language}-${region}`).toBe(script);
      if (script === undefined || script === usual || locale.region !== region) continue;
      elsewhere.set(script, [...(elsewhere.get(script) ?? []), region]);
    }
    expect(new Map(regionsElsewhere(language)), language).toEqual(elsewhere);
  }
});
