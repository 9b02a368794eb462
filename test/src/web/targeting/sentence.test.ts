// Audiences in words, as people read them in the composer and in lists.
import { expect, test } from "vitest";
import type { Audience } from "../../../../src/domain/audiences/targeting.ts";
import { sentenceOf } from "../../../../src/web/targeting/sentence.ts";

const tagged = (...tags: string[]): Audience => ({ type: "tags", tags, match: "any" });
const IN_GERMANY: Audience = { type: "countries", countries: ["DE"] };
const BOX: Audience = { type: "segment", id: "b" };

test.each<[string, Audience]>([
  ["Everyone.", { type: "all" }],
  [
    "On Android or the web, tagged box or vegetables or with the event box_ordered, in Germany or Austria, but not tagged staff.",
    {
      type: "all_of",
      of: [
        { type: "platform", platforms: ["android", "web"] },
        {
          type: "any_of",
          of: [tagged("box", "vegetables"), { type: "events", events: ["box_ordered"] }],
        },
        { type: "countries", countries: ["DE", "AT"] },
        { type: "not", of: [tagged("staff")] },
      ],
    },
  ],
  ["Tagged a, b and c.", { type: "tags", tags: ["a", "b", "c"], match: "all" }],
  ["Speaking German or Brazilian Portuguese.", { type: "languages", languages: ["de", "pt-BR"] }],
  ["Everyone but those tagged staff.", { type: "not", of: [tagged("staff")] }],
  [
    "Everyone but those tagged a and those in Germany.",
    {
      type: "all_of",
      of: [
        { type: "not", of: [tagged("a")] },
        { type: "not", of: [IN_GERMANY] },
      ],
    },
  ],
  [
    "In Germany, but not (tagged a or on iOS).",
    {
      type: "all_of",
      of: [
        IN_GERMANY,
        {
          type: "not",
          of: [{ type: "any_of", of: [tagged("a"), { type: "platform", platforms: ["ios"] }] }],
        },
      ],
    },
  ],
  [
    "(tagged a, in Germany) or in the segment “Box people”.",
    { type: "any_of", of: [{ type: "all_of", of: [tagged("a"), IN_GERMANY] }, BOX] },
  ],
  ["In a segment that is gone.", { type: "segment", id: "other" }],
  [
    "With the user id 0, 1, 2, 3, 4 or 1,595 more.",
    { type: "user_ids", ids: Array.from({ length: 1600 }, (_, at) => String(at)) },
  ],
  ["Tagged a, b, c, d, e or f.", tagged("a", "b", "c", "d", "e", "f")],
])("%s", (words, audience) => {
  expect(sentenceOf(audience, [{ id: "b", name: "Box people" }])).toBe(words);
});

test("a sentence is bounded, however much the audience says", () => {
  const one = tagged(...Array.from({ length: 200 }, (_, at) => `${"𝕏".repeat(200)}${at}`));
  const words = sentenceOf({ type: "all_of", of: [one, one, one] }, []);
  expect([...words].length).toBeLessThanOrEqual(240);
  expect(words).toMatch(/…$/);
});
