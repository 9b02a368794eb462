// Lists cut into pieces of one size.
import fc from "fast-check";
import { expect, test } from "vitest";
import { chunks } from "../../../src/kit/chunks.ts";
import { propertyRuns } from "../../support/property-runs.ts";

test.each([
  { items: [], size: 3, pieces: [] },
  { items: [1, 2], size: 3, pieces: [[1, 2]] },
  { items: [1, 2, 3], size: 3, pieces: [[1, 2, 3]] },
  { items: [1, 2, 3, 4], size: 3, pieces: [[1, 2, 3], [4]] },
])("$items by $size", ({ items, size, pieces }) => {
  expect(chunks(items, size)).toEqual(pieces);
});

test("together they are the list, and all but the last are full", () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.integer({ min: 1, max: 9 }), (items, size) => {
      const pieces = chunks(items, size);
      expect(pieces.flat()).toEqual(items);
      expect(pieces.slice(0, -1).every((piece) => piece.length === size)).toBe(true);
      expect(pieces.every((piece) => piece.length > 0)).toBe(true);
    }),
    { numRuns: propertyRuns(200) },
  );
});
