// What devices report about themselves, for property tests: real, odd and broken.
import fc from "fast-check";

const LANGUAGES = [
  "en",
  "pt",
  "de",
  "zh",
  "iw",
  "he",
  "in",
  "tl",
  "fil",
  "sr",
  "deu",
  "und",
  "i",
  "x",
  "C",
];
const SUBTAGS = [
  "BR",
  "us",
  "TW",
  "UK",
  "ZZ",
  "419",
  "Hant",
  "latn",
  "yue",
  "u-mu-celsius",
  "x-a",
  "POSIX",
  "",
];
const ENDS = ["", ".UTF-8", "@euro", ".UTF-8@latin", "@calendar=gregorian", "_#Hant", "-", " "];
const ODD = [
  "",
  " ",
  "und",
  "Etc/Unknown",
  "C",
  "Germany",
  "UK",
  "GMT+03:00",
  "US/Pacific",
  "*",
  "\u0000",
  "\ud800",
  "__proto__",
];

/** A locale, or what looks like one. */
export const locale: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom(...LANGUAGES),
    fc.array(fc.tuple(fc.constantFrom("-", "_"), fc.constantFrom(...SUBTAGS)), { maxLength: 4 }),
    fc.constantFrom(...ENDS),
  )
  .map(([language, rest, end]) => language + rest.flat().join("") + end);

/** A time zone, or what looks like one. */
export const zone: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom("Europe/Berlin", "us/pacific", "Asia/Calcutta", "Zulu", "EST5EDT", "Factory"),
  fc
    .tuple(
      fc.constantFrom("", "GMT", "UTC", "Etc/GMT", "utc "),
      fc.constantFrom("+", "-", ""),
      fc.constantFrom("3", "03", "03:00", "0330", "5:45", "14", "15", "99", "0"),
    )
    .map((parts) => parts.join("")),
);

/** Any text. */
export const fact: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...ODD),
  fc.string({ unit: "binary", maxLength: 300 }),
  fc.string({ maxLength: 10 }),
);

/** Any JSON, most of it text that might be a fact. */
export const reported: fc.Arbitrary<unknown> = fc.oneof(
  { arbitrary: locale, weight: 3 },
  { arbitrary: zone, weight: 3 },
  { arbitrary: fact, weight: 3 },
  { arbitrary: fc.jsonValue({ maxDepth: 2 }), weight: 1 },
);
