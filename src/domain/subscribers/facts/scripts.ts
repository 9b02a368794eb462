// The script that a language is most likely written in, by CLDR's table of likely subtags. Its answers for a language
// without a region come from the platform (Intl); which regions write otherwise is in the table here, so that targeting
// can list them.

/**
 * The regions in which a language is written in another script than the one it is mostly written in, as Intl knows them
 * (ICU 78). test/src/domain/subscribers/facts/speaks.test.ts compares the two.
 */
const ELSEWHERE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  abq: { Latn: "TR" },
  az: { Arab: "IQ IR", Cyrl: "RU" },
  ha: { Arab: "CM SD" },
  hak: { Hant: "TW" },
  kk: { Arab: "AF CN IR MN" },
  ku: { Cyrl: "AM AZ GE TM", Arab: "IQ IR LB" },
  ky: { Arab: "CN", Latn: "TR" },
  lzz: { Geor: "GE" },
  mey: { Latn: "SN" },
  mn: { Mong: "CN" },
  ms: { Arab: "CC" },
  nan: { Hant: "MO TW" },
  pa: { Arab: "PK" },
  pi: { Deva: "IN", Sinh: "LK", Mymr: "MM", Thai: "TH" },
  pnt: { Cyrl: "RU", Latn: "TR" },
  sd: { Deva: "IN" },
  sr: { Latn: "ME RO TR" },
  stu: { Tale: "CN" },
  tg: { Arab: "PK" },
  ug: { Cyrl: "KZ MN" },
  unr: { Deva: "NP" },
  uz: { Arab: "AF", Cyrl: "CN" },
  yue: { Hans: "CN" },
  zh: { Hant: "AU BN GB GF HK ID MO PA PF PH SR TH TW US VN" },
};

/** Regions by the script that `language` is written in there, where it is not the usual one of the language. */
export function regionsElsewhere(language: string): [script: string, regions: string[]][] {
  const scripts = Object.hasOwn(ELSEWHERE, language) ? ELSEWHERE[language] : undefined;
  return Object.entries(scripts ?? {}).map(([script, regions]) => [script, regions.split(" ")]);
}

/**
 * Returns the script that `language` is most likely written in, in `region` or at large; undefined if nobody knows the
 * language.
 */
export function likelyScript(language: string, region?: string): string | undefined {
  const wanted = region?.toUpperCase() ?? "";
  const other = regionsElsewhere(language.toLowerCase()).find(([, regions]) =>
    regions.includes(wanted),
  );
  return other?.[0] ?? new Intl.Locale(language).maximize().script;
}
