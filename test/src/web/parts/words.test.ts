// Words that pages share: durations, local times, and lists in sentences.
import { expect, test } from "vitest";
import { listed } from "../../../../src/web/parts/clip.ts";
import { localTime } from "../../../../src/web/parts/local-time.ts";
import { languageName } from "../../../../src/web/parts/place-names.ts";
import { people, span } from "../../../../src/web/parts/words.ts";

test("a duration is told in its largest unit", () => {
  const told = [0, 41_000, 59_900, 180_000, 5 * 3_600_000, 24 * 3_600_000, 49 * 3_600_000].map(
    span,
  );
  expect(told).toEqual(["1 s", "41 s", "60 s", "3 min", "5 h", "1 day", "2 days"]);
});

test("a local time has its year where that is another one", () => {
  const now = Date.UTC(2026, 10, 29);
  expect(localTime("2026-12-24T18:00", now)).toBe("Thu 24 Dec, 18:00");
  expect(localTime("2027-01-01T00:30", now)).toBe("Fri 1 Jan 2027, 00:30");
});

test("a list names all but more than one", () => {
  expect(listed(["a"], "or", 2)).toBe("a");
  expect(listed(["a", "b", "c"], "and", 2)).toBe("a, b and c");
  expect(listed(["a", "b", "c", "d"], "or", 2)).toBe("a, b or 2 more");
});

test("people are counted, and a language without a name keeps its tag", () => {
  expect([people(1), people(7214)]).toEqual(["1 person", "7,214 people"]);
  expect([languageName("pt-BR"), languageName("x_y"), languageName("qaa")]).toEqual([
    "Brazilian Portuguese",
    "x_y",
    "qaa",
  ]);
});
