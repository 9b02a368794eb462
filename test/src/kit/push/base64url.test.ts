// Base64url of keys: what is decoded is what Node decodes, and nothing else is taken for it.
import fc from "fast-check";
import { expect, test } from "vitest";
import { fromBase64url, toBase64url } from "../../../../src/kit/push/base64url.ts";
import { propertyRuns } from "../../../support/property-runs.ts";

test("any bytes come back, with padding and without", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      const text = toBase64url(bytes);
      expect(fromBase64url(text)).toEqual(bytes);
      expect(fromBase64url(text.padEnd(Math.ceil(text.length / 4) * 4, "="))).toEqual(bytes);
    }),
    { numRuns: propertyRuns(500) },
  );
});

test("a text is decoded only if it is the one that its bytes are written as", () => {
  const characters = fc.constantFrom(...Array.from("AZaz09-_+/= \né\u0101\ud800"));
  const texts = fc.oneof(
    fc.string({ unit: characters, maxLength: 12 }),
    fc.string({ unit: "binary" }),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const bare = text.replace(/={1,2}$/, "");
      const bytes = Buffer.from(bare, "base64url");
      const isCanonical = bytes.toString("base64url") === bare;
      expect(fromBase64url(text), text).toEqual(isCanonical ? new Uint8Array(bytes) : null);
    }),
    { numRuns: propertyRuns(3000) },
  );
});
