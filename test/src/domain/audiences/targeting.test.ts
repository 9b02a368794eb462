// Which targeting is valid and which is refused: a typo must never reach everybody.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  EVERYBODY,
  isResolved,
  SegmentTargeting,
  Targeting,
} from "../../../../src/domain/audiences/targeting.ts";
import { propertyRuns } from "../../../support/property-runs.ts";

const SAVED = { type: "segment", id: "0b0e7c4e-5b0f-4f43-9b53-0d7cf0e0a1b2" };
const BETA = { type: "tags", tags: ["beta"], match: "any" };

function nested(depth: number): unknown {
  return depth === 1 ? BETA : { type: "all_of", of: [nested(depth - 1)] };
}

test.each([
  { type: "all" },
  { type: "user_ids", ids: ["user-1", "user-2"] },
  BETA,
  { type: "tags", tags: ["beta", "ios"], match: "all" },
  { type: "platform", platforms: ["web", "ios"] },
  { type: "languages", languages: ["de", "pt-BR", "zh-Hant-TW"] },
  { type: "countries", countries: ["DE", "at"] },
  { type: "all_of", of: [BETA, { type: "not", of: [{ type: "all" }] }] },
  { type: "any_of", of: [BETA] },
  { type: "user_ids", ids: Array.from({ length: 8_000 }, (_, at) => `u${at}`) },
  nested(4),
  SAVED,
  { type: "all_of", of: Array.from({ length: 10 }, () => SAVED) },
])("accepts %j unchanged", (audience) => {
  expect(Targeting.parse(audience)).toEqual(audience);
});

test("tags without match mean any of the tags", () => {
  expect(Targeting.parse({ type: "tags", tags: ["beta"] })).toEqual(BETA);
});

test("a segment's id is known in any case", () => {
  expect(Targeting.parse({ ...SAVED, id: SAVED.id.toUpperCase() })).toEqual(SAVED);
});

test("a segment's own targeting has to be given, and names no segments, at whatever depth", () => {
  expect(SegmentTargeting.parse(nested(4))).toEqual(nested(4));
  for (const refused of [null, undefined, SAVED, { type: "not", of: [SAVED] }, nested(5)]) {
    expect(SegmentTargeting.safeParse(refused).success).toBe(false);
  }
  expect(isResolved(Targeting.parse({ type: "not", of: [SAVED] }))).toBe(false);
  expect(isResolved(Targeting.parse(nested(4)))).toBe(true);
});

test.each([[undefined], [null]])("%j means everybody", (absent) => {
  expect(Targeting.parse(absent)).toEqual(EVERYBODY);
});

describe("invalid targeting", () => {
  test.each([
    {},
    [],
    "all",
    0,
    false,
    { tags: ["beta"] },
    { type: "ALL" },
    { type: "segments", segments: ["x"] },
    { type: "segment" },
    { type: "segment", id: "Beta testers" },
    { ...SAVED, name: "Beta testers" },
    { type: "any_of", of: Array.from({ length: 11 }, () => SAVED) },
    { type: "all", tags: ["beta"] },
    { type: "user_ids" },
    { type: "user_ids", ids: [] },
    { type: "user_ids", ids: "user-1" },
    { type: "user_ids", ids: [1] },
    { type: "user_ids", ids: [""] },
    { type: "user_ids", user_ids: ["user-1"] },
    { type: "user_ids", ids: ["\ud800"] },
    { type: "tags", tags: [] },
    { type: "tags", tags: ["beta"], match: "some" },
    { type: "tags", tags: ["beta"], matches: "all" },
    { type: "platform", platforms: [] },
    { type: "platform", platforms: ["windows"] },
    { type: "languages", languages: [] },
    { type: "languages", languages: ["german!"] },
    { type: "languages", languages: ["%"] },
    { type: "countries", countries: [] },
    { type: "countries", countries: ["DEU"] },
    { type: "all_of", of: [] },
    { type: "any_of", of: {} },
    { type: "not", of: [] },
    { type: "not", of: [BETA, BETA] },
    { type: "not", of: BETA },
    { type: "any_of", of: [BETA, { type: "segments" }] },
    nested(5),
    { type: "any_of", of: Array.from({ length: 41 }, () => BETA) },
    {
      type: "any_of",
      of: Array.from({ length: 10 }, () => ({ type: "all_of", of: [BETA, BETA, BETA] })),
    },
    { type: "user_ids", ids: Array.from({ length: 10_001 }, (_, at) => `u${at}`) },
    { type: "tags", tags: Array.from({ length: 201 }, (_, at) => `t${at}`) },
  ])("is refused: %j", (audience) => {
    expect(Targeting.safeParse(audience).success).toBe(false);
  });

  test("is refused without a fault when nested 50,000 levels deep", () => {
    let deep: unknown = BETA;
    for (let level = 0; level < 50_000; level += 1) deep = { type: "not", of: [deep] };
    expect(Targeting.safeParse(deep).success).toBe(false);
  });
});

test("no JSON means everybody except null and an object with only type all", () => {
  const Type = fc.constantFrom("all", "user_ids", "tags", "platform", "all_of", "any_of", "not");
  const near = fc.dictionary(
    fc.constantFrom("type", "ids", "tags", "match", "platforms", "of", "Type", "__proto__"),
    fc.oneof(Type, fc.jsonValue(), fc.array(fc.record({ type: Type }))),
  );
  fc.assert(
    fc.property(fc.oneof(near, fc.jsonValue()), (given) => {
      const { success, data } = Targeting.safeParse(given);
      const isEverybody = given === null || JSON.stringify(given) === '{"type":"all"}';
      expect(success && data.type === "all").toBe(isEverybody);
    }),
    { numRuns: propertyRuns(1000) },
  );
});
