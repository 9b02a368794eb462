// Audiences as fields of a form: whatever the API can hold is shown, and comes back as it was.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Targeting, type Audience } from "../../../../src/domain/audiences/targeting.ts";
import { Fields, NO_FIELDS } from "../../../../src/web/dashboard/fields.ts";
import { built, placedIssues, targetingOf } from "../../../../src/web/targeting/targeting-of.ts";
import { aimOf, aimOfFields, entriesOf } from "../../../../src/web/targeting/tree.ts";
import { textOf, valuesIn } from "../../../../src/domain/composing/typed-values.ts";
import * as inBrowser from "../../../../browser/dashboard/shared/value-text.ts";
import { propertyRuns } from "../../../support/property-runs.ts";

const words = fc
  .oneof(
    fc.constantFrom(
      "box",
      'say "hi"',
      "a, b",
      "“c”",
      " spaces ",
      "Zoë",
      "two\nlines",
      "nul\0",
      "Germany",
    ),
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }),
  )
  .filter((text) => text.trim() !== "" && text.isWellFormed());
const some = <Item>(item: fc.Arbitrary<Item>) => fc.array(item, { minLength: 1, maxLength: 5 });
const simple: fc.Arbitrary<Audience> = fc.oneof(
  fc.record({ type: fc.constant("user_ids" as const), ids: some(words) }),
  fc.record({
    type: fc.constant("tags" as const),
    tags: some(words),
    match: fc.constantFrom("any" as const, "all" as const),
  }),
  fc.record({
    type: fc.constant("platform" as const),
    platforms: some(fc.constantFrom("web" as const, "ios" as const, "android" as const)),
  }),
  fc.record({
    type: fc.constant("languages" as const),
    languages: some(fc.constantFrom("de", "pt-BR", "DE", "zh-Hant-TW", "en_US", "iw", "yue")),
  }),
  fc.record({
    type: fc.constant("countries" as const),
    countries: some(fc.constantFrom("DE", "at", "UK", "HK", "XK", "MM", " us ")),
  }),
  fc.record({ type: fc.constant("events" as const), events: some(words) }),
  fc.record({ type: fc.constant("segment" as const), id: fc.uuid({ version: 4 }) }),
);

/** Audiences of at most so many levels. */
function audiences(levels: number): fc.Arbitrary<Audience> {
  const all = fc.constant<Audience>({ type: "all" });
  const leaf = fc.oneof({ arbitrary: simple, weight: 12 }, { arbitrary: all, weight: 1 });
  if (levels === 1) return leaf;
  const inner = audiences(levels - 1);
  return fc.oneof(
    { arbitrary: leaf, weight: 2 },
    {
      arbitrary: fc.record({
        type: fc.constantFrom("all_of" as const, "any_of" as const),
        of: fc.array(inner, { minLength: 1, maxLength: 3 }),
      }),
      weight: 2,
    },
    {
      arbitrary: fc.record({ type: fc.constant("not" as const), of: fc.tuple(inner) }),
      weight: 1,
    },
  );
}

/** The same for audiences that mean the same: all or any of one thing is that thing. */
function meaning(audience: Audience): unknown {
  if ("of" in audience) {
    const of = audience.of.map(meaning);
    return audience.type !== "not" && of.length === 1 ? of[0] : { type: audience.type, of };
  }
  return Object.fromEntries(
    Object.entries(audience).map(([key, value]) => [
      key,
      Array.isArray(value) ? value.map((each) => String(each).trim()) : value,
    ]),
  );
}

const posted = (audience: Audience) => new Fields(entriesOf(aimOf(audience), "targeting"));

test("every audience comes back from its fields with the same meaning", () => {
  fc.assert(
    fc.property(audiences(4), (audience) => {
      const back = Targeting.safeParse(targetingOf(posted(audience)));
      expect(back.error?.issues).toBeUndefined();
      expect(meaning(back.data!)).toEqual(meaning(audience));
    }),
    { numRuns: propertyRuns(1000) },
  );
});

test("values are read from the text that they were written as, here and in the browser", () => {
  const value = words.map((text) => text.trim());
  fc.assert(
    fc.property(fc.array(value, { maxLength: 6 }), (values) => {
      expect(valuesIn(textOf(values))).toEqual(values);
      expect(inBrowser.valuesIn(textOf(values))).toEqual(values);
      expect(inBrowser.textOf(values)).toBe(textOf(values));
    }),
    { numRuns: propertyRuns(300) },
  );
});

test.each([
  ["box, vegetables", ["box", "vegetables"]],
  ["box\nvegetables,\n", ["box", "vegetables"]],
  ['"a, b", c', ["a, b", "c"]],
  ['"a, b', ['"a', "b"]],
  ['say "hi", b', ['say "hi"', "b"]],
  [" , ,", []],
])("%j has the values %j", (text, values) => {
  expect(valuesIn(text)).toEqual(values);
});

const fields = (entries: Record<string, string>) =>
  new Fields(Object.entries({ "targeting.start": "built", "targeting.how": "all", ...entries }));

test("fields say whom the conditions have, by the names of things", () => {
  const typed = fields({
    "targeting.0.field": "countries",
    "targeting.0.is": "any",
    "targeting.0.values": "Germany, at, united kingdom",
    "targeting.3.how": "none",
    "targeting.3.0.field": "tags",
    "targeting.3.0.is": "all",
    "targeting.3.0.values": "staff, beta",
    "targeting.3.1.field": "segment",
    "targeting.3.1.is": "none",
    "targeting.3.1.values": "Box people",
    "targeting.10.field": "languages",
    "targeting.10.is": "none",
    "targeting.10.values": "German, pt-BR",
    "targeting.4.field": "platform",
    "targeting.4.is": "any",
    "targeting.4.values": "iOS",
  });
  const id = "0b0e0f0a-0000-4000-8000-000000000001";
  expect(targetingOf(typed, "targeting", [{ id, name: "box people" }])).toEqual({
    type: "all_of",
    of: [
      { type: "countries", countries: ["DE", "at", "GB"] },
      {
        type: "not",
        of: [
          {
            type: "any_of",
            of: [
              { type: "tags", tags: ["staff", "beta"], match: "all" },
              { type: "not", of: [{ type: "segment", id }] },
            ],
          },
        ],
      },
      { type: "platform", platforms: ["ios"] },
      { type: "not", of: [{ type: "languages", languages: ["de", "pt-BR"] }] },
    ],
  });
});

describe("what says nothing is refused, and never everybody", () => {
  test.each<[string, Fields]>([
    ["no fields", NO_FIELDS],
    ["no conditions", fields({})],
    [
      "a condition without a value",
      fields({ "targeting.0.field": "tags", "targeting.0.is": "any" }),
    ],
    ["an unknown field", fields({ "targeting.0.field": "shoe", "targeting.0.values": "1" })],
    ["an unknown choice", new Fields([["targeting.start", "some"]])],
    ["an unknown combination", fields({ "targeting.how": "most", "targeting.0.field": "tags" })],
    [
      "a part of a group that did not come",
      fields({
        "targeting.0.field": "tags",
        "targeting.0.is": "any",
        "targeting.0.values": "a",
        "targeting.1.0.field": "tags",
        "targeting.1.0.is": "any",
        "targeting.1.0.values": "b",
      }),
    ],
    [
      "all of several countries",
      fields({
        "targeting.0.field": "countries",
        "targeting.0.is": "all",
        "targeting.0.values": "DE, AT",
      }),
    ],
    [
      "no JSON",
      new Fields([
        ["targeting.start", "json"],
        ["targeting.json", ""],
      ]),
    ],
    [
      "half of a JSON",
      new Fields([
        ["targeting.start", "json"],
        ["targeting.json", '{"type":'],
      ]),
    ],
  ])("%s", (_, typed) => {
    expect(Targeting.safeParse(targetingOf(typed)).success).toBe(false);
  });
});

test("what is wrong stands at the condition in which it is, also within a single or negated one", () => {
  const typed = fields({
    "targeting.2.how": "none",
    "targeting.2.1.field": "countries",
    "targeting.2.1.is": "none",
    "targeting.2.1.values": "DE, Atlantis",
  });
  const aim = aimOfFields(typed, "targeting")!;
  const made = built(aim, []);
  const { error } = Targeting.safeParse(made.targeting);
  const issues = new Map(
    error!.issues.map(({ path, message }) => [["targeting", ...path].join("."), message]),
  );
  expect(placedIssues(issues, { aim, built: made }, "targeting")).toEqual([
    {
      at: "2.1",
      isBlank: false,
      says: "“Atlantis” is no country: type its name, or its two letters.",
    },
  ]);
});

test("too deep and too many is said where it is", () => {
  const deep: Record<string, string> = {};
  for (const at of ["0", "0.0", "0.0.0"]) deep[`targeting.${at}.how`] = "none";
  for (const at of ["0.0.0.0", "0.0.0.1"]) {
    deep[`targeting.${at}.field`] = "tags";
    deep[`targeting.${at}.is`] = "any";
    deep[`targeting.${at}.values`] = "a";
  }
  const aim = aimOfFields(fields(deep), "targeting")!;
  const made = built(aim, []);
  const { error } = Targeting.safeParse(made.targeting);
  const issues = new Map(
    error!.issues.map(({ path, message }) => [["targeting", ...path].join("."), message]),
  );
  const [placed] = placedIssues(issues, { aim, built: made }, "targeting");
  expect(placed?.says).toContain("Too deep");
});
