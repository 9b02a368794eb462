// Stencils: a text that is made once, with gaps, is the one that would have been made with the texts in place.
import fc from "fast-check";
import { expect, test } from "vitest";
import { Stencil } from "../../../../src/delivery/providers/stencil.ts";
import { propertyRuns } from "../../../support/property-runs.ts";

const lengths = [5, 3];
const own = fc.tuple(fc.stringMatching(/^[\w-]{5}$/), fc.stringMatching(/^[\w-]{3}$/));

test("a filled stencil is the text itself, wherever the texts stand in it", () => {
  const pieces = fc.array(fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom(0, 1)));
  fc.assert(
    fc.property(pieces, fc.array(own, { minLength: 1, maxLength: 3 }), (pieces, owns) => {
      const make = (texts: readonly string[]) =>
        JSON.stringify(pieces.map((piece) => (typeof piece === "number" ? texts[piece] : piece)));
      const stencil = new Stencil(lengths, make);
      for (const texts of owns) expect(stencil.textWith(texts)).toBe(make(texts));
    }),
    { numRuns: propertyRuns(300) },
  );
});

test("a text that is not used leaves no gap, and is asked for once", () => {
  let made = 0;
  const stencil = new Stencil([0, 3], ([none, some]) => {
    made += 1;
    return `${none}|${some}|${some}`;
  });
  expect(stencil.textWith(["", "abc"])).toBe("|abc|abc");
  expect(stencil.textWith(["", "000"])).toBe("|000|000");
  expect(made).toBe(2);
});
