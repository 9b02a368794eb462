// What to call the place of a session, by what its browser said of itself (User-Agent). It is a name to know one's own devices
// by, and nothing depends on it.

/** The first that is in the text counts: Edge, Opera and Samsung's say that they are Chrome, and Chrome that it is Safari. */
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/\bEdg(e|A|iOS)?\//, "Edge"],
  [/\bOPR\//, "Opera"],
  [/\bSamsungBrowser\//, "Samsung Internet"],
  [/\b(Firefox|FxiOS)\//, "Firefox"],
  [/\b((Headless)?Chrome|CriOS|Chromium)\//, "Chrome"],
  [/\bSafari\//, "Safari"],
];

const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/\bAndroid\b/, "Android"],
  [/\biPhone\b/, "an iPhone"],
  [/\biPad\b/, "an iPad"],
  [/\bMac OS X\b|\bMacintosh\b/, "a Mac"],
  [/\bWindows\b/, "Windows"],
  [/\bCrOS\b/, "a Chromebook"],
  [/\bLinux\b/, "Linux"],
];

const PHONES = new Set(["Android", "an iPhone", "an iPad"]);

/** "Firefox on Linux", and whether that is a phone; "A browser" where it did not say. */
export function browserName(userAgent: string | null): { name: string; isPhone: boolean } {
  const text = userAgent ?? "";
  const found = (all: typeof BROWSERS) => all.find(([pattern]) => pattern.test(text))?.[1];
  const system = found(SYSTEMS);
  const browser = found(BROWSERS) ?? "A browser";
  return {
    name: system === undefined ? browser : `${browser} on ${system}`,
    isPhone: system !== undefined && PHONES.has(system),
  };
}
